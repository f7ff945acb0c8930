import type { PromptCallServices } from "./call-services.ts";
import { prepareCall } from "./prepare-call.ts";
import type { PromptCallRequest, PromptCallResponse, PromptCallStream } from "./prompt-call.ts";
import { responseOf, runSample, type SampleEnd } from "./sample/run-sample.ts";
import { streamPrompt } from "./sample/stream-prompt.ts";

/**
 * Calls the model with a stored prompt. Logs every sample, including failed ones, as a trace that names the
 * version. A failure to store a trace never fails the call.
 *
 * Rejects with UsageError (missing variables, two selectors, a provider without a client …), NotFoundError,
 * ConflictError (`logId`), RegistryError, and with ModelError if every sample failed.
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

/** Options of a call without the prompt, which is passed as a reference. */
export type PromptCallOptions = Omit<PromptCallRequest, "path">;

/** Calls stored prompts from a program. */
export interface PromptCaller {
  /**
   * Calls the model with the version a reference means: `x` (deployed to the default environment), `x@production`,
   * `x/3`, `prv_…`, `prompts:/…`. Resolves to the answer; rejects with UsageError (all missing variables named),
   * NotFoundError, RegistryError, ConflictError (`logId`), and ModelError when every sample failed.
   *
   *     const { output } = await registry.call("main/default/x@production", { inputs: { text: "a fine day" } });
   */
  call(reference: string, options?: PromptCallOptions): Promise<PromptCallResponse>;
  /**
   * As `call`, with the answer piece by piece.
   *
   *     const stream = await registry.stream("main/default/x", { inputs: { text: "a fine day" } });
   *     for await (const { output } of stream) process.stdout.write(output);
   *     const { promptTokens } = await stream.response;
   */
  stream(reference: string, options?: PromptCallOptions): Promise<PromptCallStream>;
}

export function createPromptCaller(services: PromptCallServices): PromptCaller {
  return Object.freeze({
    call: (path: string, options: PromptCallOptions = {}) => callPrompt(services, { ...options, path }),
    stream: (path: string, options: PromptCallOptions = {}) => streamPrompt(services, { ...options, path }),
  });
}
