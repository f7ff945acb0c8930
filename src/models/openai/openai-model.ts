import type { OpenAI } from "openai";
import type { Completion, CompletionRequest, LanguageModel } from "../../contracts/language-model.ts";
import type { ModelServices } from "../../contracts/plugin.ts";
import { abortedError, throwIfAborted } from "../aborted.ts";
import { estimatedUsage } from "../estimated-usage.ts";
import { mergeParameters } from "../merge-parameters.ts";
import { secretMask } from "../secret-mask.ts";
import { shownUrl } from "../shown-url.ts";
import type { ErrorContext } from "./error-context.ts";
import { filteredCompletion, readCompletion } from "./openai-answer.ts";
import { openClient } from "./openai-client.ts";
import { type OpenAIEndpoint, reachEndpoint } from "./openai-endpoint.ts";
import { translateError } from "./openai-errors.ts";
import { requestBody } from "./openai-request.ts";

/**
 * Chat completions of any OpenAI-compatible endpoint: one attempt a call, no deadline of its own
 * (the stack has both). An answer cut off by length is returned with `finishReason: "length"`.
 */
export function createOpenAIModel(endpoint: OpenAIEndpoint, { spec, secrets }: ModelServices): LanguageModel {
  const who = endpoint.baseUrl === undefined ? spec.name : `${spec.name} at ${shownUrl(endpoint.baseUrl)}`;
  const mask = secretMask(secrets, endpoint.baseUrl);
  const context: ErrorContext = { spec, who, keyVariable: endpoint.keyVariable, mask };
  let client: Promise<OpenAI> | undefined;

  async function ask(request: CompletionRequest): Promise<Completion> {
    client ??= openClient(endpoint, reachEndpoint(endpoint, spec, secrets), secrets);
    const opened = await client;
    const body = requestBody(
      spec.name,
      mergeParameters(spec.parameters, request.parameters),
      request.messages,
    );
    throwIfAborted(request.signal);
    const startedAt = performance.now();
    const answer = await opened.post<unknown>("/chat/completions", {
      body,
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    return readCompletion(answer, {
      who,
      latencyMs: performance.now() - startedAt,
      keepsReasoning: spec.reasoning === "keep",
      estimateUsage: (text) => estimatedUsage(request.messages, text),
    });
  }

  return Object.freeze({
    provider: spec.provider,
    modelId: spec.name,
    async complete(request: CompletionRequest): Promise<Completion> {
      const startedAt = performance.now();
      try {
        // A model may repeat a key that a proxy put before it; journals and caches keep none.
        return mask.deep(await ask(request));
      } catch (error) {
        if (request.signal?.aborted === true) throw abortedError();
        const translated = translateError(error, context);
        if (translated.kind === "content_filter") return filteredCompletion(performance.now() - startedAt);
        throw translated;
      }
    },
  });
}
