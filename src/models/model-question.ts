import type { ModelQuestion } from "../contracts/answer-store.ts";
import type { CompletionRequest } from "../contracts/language-model.ts";
import type { ModelSpec } from "../contracts/model-spec.ts";
import { mergeParameters } from "./merge-parameters.ts";
import { shownUrl } from "./shown-url.ts";

/** Everything that decides a model's answer, and nothing that holds a key: its digest is the address. */
export function modelQuestion(spec: ModelSpec, request: CompletionRequest): ModelQuestion {
  return {
    kind: "model",
    provider: spec.provider,
    ...(spec.baseUrl === undefined ? {} : { baseUrl: shownUrl(spec.baseUrl) }),
    model: spec.name,
    parameters: mergeParameters(spec.parameters, request.parameters),
    ...(spec.providerOptions === undefined ? {} : { providerOptions: spec.providerOptions }),
    messages: request.messages,
    repeat: request.repeat ?? 0,
  };
}
