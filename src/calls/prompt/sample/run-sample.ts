import type { Generation } from "../../../contracts/prompt-model.ts";
import type { ModelError } from "../../../core/errors.ts";
import { maskedError } from "../../../models/masked-error.ts";
import { explainError } from "../explain-error.ts";
import type { PreparedCall } from "../prepare-call.ts";
import type { PromptCallDelta, PromptCallLog } from "../prompt-call.ts";
import { sampleLog } from "./sample-log.ts";
import { sampleTrace } from "./sample-trace.ts";

/** How a sample ended. */
export interface SampleEnd {
  readonly log: PromptCallLog;
  readonly error?: ModelError;
}

/**
 * Asks for one sample, yields its pieces, the last with its log, and hands its trace over: whether it was
 * answered, failed or was broken off. Never throws.
 */
export async function* runSample(
  call: PreparedCall,
  index: number,
  { isStreamed, signal }: { readonly isStreamed: boolean; readonly signal: AbortSignal | undefined },
): AsyncGenerator<PromptCallDelta, SampleEnd, void> {
  const { promptId, versionId } = call.version;
  const head = { index, id: call.logIds[index] as string, promptId, versionId };
  const pieces = call.model.generate({
    ...call.generation,
    isStreamed,
    ...(signal === undefined ? {} : { signal }),
  });
  for (;;) {
    const { done, value } = await pieces.next();
    if (done !== true) {
      yield { ...head, output: value };
      continue;
    }
    const end = endOf(call, index, value);
    yield { ...head, output: "", ...end };
    return end;
  }
}

function endOf(call: PreparedCall, index: number, came: Generation): SampleEnd {
  const error =
    came.error === undefined
      ? undefined
      : explainError(maskedError(came.error, call.mask), call.spec, call.isOfConfig);
  const generation = error === undefined ? came : { ...came, error };
  const log = sampleLog(call, index, generation);
  call.services.traces.append(call.mask.deep(sampleTrace(call, log, generation)));
  return { log, ...(error === undefined ? {} : { error }) };
}
