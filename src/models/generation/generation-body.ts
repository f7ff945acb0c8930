import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { GenerationRequest } from "../../contracts/prompt-model.ts";
import type { JsonObject } from "../../core/data/json.ts";
import type { ModelParameters } from "../../core/prompt/prompt.ts";
import { requestBody } from "../openai/openai-request.ts";
import type { GenerationPath } from "./transport.ts";

/** What is sent for a request, and where to. */
export function generationBody(
  { name, baseUrl }: Pick<ModelSpec, "name" | "baseUrl">,
  request: GenerationRequest,
): { readonly path: GenerationPath; readonly body: JsonObject } {
  const { prompt, parameters, isStreamed } = request;
  const streamed = isStreamed ? { stream: true, stream_options: { include_usage: true } } : {};
  if (typeof prompt === "string") {
    const { messages: _, ...rest } = requestBody(name, textParameters(parameters), []);
    const body = { model: name, prompt, ...rest, ...textExtras(request), ...streamed };
    return { path: "/completions", body };
  }
  const body = requestBody(name, withPlainTools(parameters), prompt, baseUrl);
  return { path: "/chat/completions", body: { ...body, ...chatExtras(request), ...streamed } };
}

function chatExtras({ logprobs }: GenerationRequest): JsonObject {
  return logprobs === undefined ? {} : { logprobs: true, top_logprobs: logprobs };
}

function textExtras({ logprobs, suffix }: GenerationRequest): JsonObject {
  return { ...(logprobs === undefined ? {} : { logprobs }), ...(suffix === undefined ? {} : { suffix }) };
}

/** A text completion knows neither tools nor forms of an answer. */
function textParameters(parameters: ModelParameters): ModelParameters {
  const { tools: _, toolChoice: __, responseFormat: ___, reasoningEffort: ____, ...known } = parameters;
  return known;
}

/** Tools are stored with keys of the prompt's own form (`source`, nulls) that endpoints refuse. */
function withPlainTools(parameters: ModelParameters): ModelParameters {
  if (parameters.tools === undefined) return parameters;
  const tools = parameters.tools.map((tool) => ("function" in tool ? tool : plainFunction(tool)));
  return { ...parameters, tools };
}

function plainFunction(tool: JsonObject): JsonObject {
  const kept = Object.entries(tool).filter(([key, value]) => value !== null && key !== "source");
  return Object.fromEntries(kept);
}
