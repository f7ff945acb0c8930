import type { PromptCallServices } from "../call-services.ts";
import { prepareCall } from "../prepare-call.ts";
import type { PromptCallDelta, PromptCallRequest, PromptCallStream } from "../prompt-call.ts";
import { interleave } from "./interleave.ts";
import { responseOf } from "./response-of.ts";
import { runSample, type SampleEnd } from "./run-sample.ts";

/**
 * As `callPrompt`, with the answers piece by piece. Resolves when the model is being asked; what is wrong with
 * the request itself rejects here. A model's error is the last piece of its sample, not an exception.
 */
export async function streamPrompt(
  services: PromptCallServices,
  request: PromptCallRequest,
): Promise<PromptCallStream> {
  const call = await prepareCall(services, request);
  const controller = new AbortController();
  const pieces = interleave(
    call.logIds.map((_, index) => runSample(call, index, { isStreamed: true, signal: controller.signal })),
    () => controller.abort(),
  );
  const { signal } = request;
  signal?.addEventListener("abort", pieces.giveUp, { once: true });
  if (signal?.aborted === true) pieces.giveUp();
  const ends = pieces.ends.finally(() => signal?.removeEventListener("abort", pieces.giveUp));
  const response = ends.then((all) => responseOf(call, all));
  const opened = openedBy(pieces.first);
  // Either may be of no interest to the caller; what is wrong is in the pieces too.
  for (const promise of [response, opened]) promise.catch(() => {});
  return Object.freeze({
    version: call.version,
    notes: call.notes,
    opened,
    response,
    [Symbol.asyncIterator]: () => pieces.merged,
  });
}

/** Settled by the first text of any sample, or by the last one's failure. */
async function openedBy(
  first: readonly Promise<IteratorResult<PromptCallDelta, SampleEnd>>[],
): Promise<void> {
  const answers = first.map(async (piece) => {
    const { value } = await piece;
    if (value.error !== undefined) throw value.error;
  });
  await Promise.any(answers).catch(({ errors: [error] }: AggregateError) => {
    throw error;
  });
}
