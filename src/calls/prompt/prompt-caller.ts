import { callPrompt } from "./call-prompt.ts";
import type { PromptCallServices } from "./call-services.ts";
import type { PromptCallRequest, PromptCallResponse, PromptCallStream } from "./prompt-call.ts";
import { streamPrompt } from "./sample/stream-prompt.ts";

/** A call but for the prompt it is of, which is named by a reference. */
export type PromptCallOptions = Omit<PromptCallRequest, "path">;

/** Calls of stored prompts, as a program makes them. */
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
