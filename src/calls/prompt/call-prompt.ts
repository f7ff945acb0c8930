import type { PromptCallServices } from "./call-services.ts";
import { prepareCall } from "./prepare-call.ts";
import type { PromptCallRequest, PromptCallResponse } from "./prompt-call.ts";
import { responseOf } from "./sample/response-of.ts";
import { runSample, type SampleEnd } from "./sample/run-sample.ts";

/**
 * Calls the model with a stored prompt. Every sample is logged as a trace that names the version, a failed one
 * too; a trace that cannot be kept is the trace store's affair and never the call's.
 *
 * Rejects with UsageError (missing variables, two selectors, a provider without a client …), NotFoundError,
 * ConflictError (`logId`), RegistryError, and ModelError when every sample failed.
 */
export async function callPrompt(
  services: PromptCallServices,
  request: PromptCallRequest,
): Promise<PromptCallResponse> {
  const call = await prepareCall(services, request);
  const options = { isStreamed: false, signal: request.signal };
  const ends = await Promise.all(call.logIds.map((_, index) => drain(runSample(call, index, options))));
  return responseOf(call, ends);
}

async function drain(pieces: AsyncGenerator<unknown, SampleEnd, void>): Promise<SampleEnd> {
  for (;;) {
    const { done, value } = await pieces.next();
    if (done === true) return value;
  }
}
