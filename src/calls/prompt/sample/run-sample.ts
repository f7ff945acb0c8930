import type { Generation } from "../../../contracts/prompt-model.ts";
import type { ModelError } from "../../../core/errors.ts";
import { costUsd } from "../../../core/usage.ts";
import { maskedError } from "../../../models/secret-mask.ts";
import { explainError } from "../explain-error.ts";
import type { PreparedCall } from "../prepare-call.ts";
import type { PromptCallDelta, PromptCallLog, PromptCallResponse } from "../prompt-call.ts";
import { sampleTrace } from "./sample-trace.ts";

/** How a sample ended. */
export interface SampleEnd {
  readonly log: PromptCallLog;
  readonly error?: ModelError;
}

/**
 * Runs one sample, yields its pieces (the last with its log), and stores its trace, whether it succeeded, failed
 * or was interrupted. Never throws.
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

/** The log of one sample. */
function sampleLog(call: PreparedCall, index: number, generation: Generation): PromptCallLog {
  const { usage, error, finishReason, latencyMs } = generation;
  const inputCost = usage === undefined ? null : costUsd({ ...usage, outputTokens: 0 }, call.price);
  const outputCost =
    usage === undefined ? null : costUsd({ inputTokens: 0, outputTokens: usage.outputTokens }, call.price);
  return Object.freeze({
    index,
    id: call.logIds[index] as string,
    promptId: call.version.promptId,
    versionId: call.version.versionId,
    output: generation.text,
    outputMessage: generation.message,
    createdAt: call.services.now().toISOString(),
    error: error?.message ?? null,
    providerLatencyMs: Math.round(latencyMs * 1000) / 1000,
    stdout: null,
    promptTokens: usage?.inputTokens ?? null,
    outputTokens: usage?.outputTokens ?? null,
    reasoningTokens: usage?.reasoningTokens ?? null,
    promptCostUsd: inputCost,
    outputCostUsd: outputCost,
    finishReason: finishReason ?? null,
  });
}

/** Combines all samples into the response. Throws the first one's ModelError if every sample failed. */
export function responseOf(call: PreparedCall, ends: readonly SampleEnd[]): PromptCallResponse {
  const [first] = ends;
  if (first === undefined) throw new RangeError("a call has at least one sample");
  if (first.error !== undefined && ends.every(({ error }) => error !== undefined)) throw first.error;
  const { request, version, generation } = call;
  return Object.freeze({
    ...first.log,
    version,
    logs: ends.map(({ log }) => log),
    messages: typeof generation.prompt === "string" ? null : generation.prompt,
    toolChoice: call.toolChoice,
    inputs: request.returnInputs === false ? {} : call.inputs,
    source: request.source ?? null,
    metadata: request.metadata ?? null,
    user: request.user ?? null,
    environment: request.logEnvironment ?? null,
    save: request.save !== false,
    startTime: request.startTime ?? call.startedAt,
    endTime: request.endTime ?? call.services.now().toISOString(),
    sourceDatapointId: request.sourceDatapointId ?? null,
    traceParentId: request.traceParentId ?? null,
    traceId: call.traceId ?? first.log.id,
    logId: first.log.id,
    notes: call.notes,
  });
}
