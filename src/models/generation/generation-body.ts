import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { Generation, GenerationRequest } from "../../contracts/prompt-model.ts";
import { readChatBody } from "../../core/answer/read-answer-body.ts";
import { readContent, textOf } from "../../core/answer/read-content.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import type { ChatMessage, ToolCall } from "../../core/prompt/message.ts";
import type { ModelParameters } from "../../core/prompt/prompt.ts";
import { faultError, wholeUsage } from "../openai/openai-answer.ts";
import { requestBody } from "../openai/openai-request.ts";
import type { GenerationPath } from "./transport.ts";

/** Body and path of a request. */
export function generationBody(
  { name, provider, baseUrl }: Pick<ModelSpec, "name" | "provider" | "baseUrl">,
  request: GenerationRequest,
): { readonly path: GenerationPath; readonly body: JsonObject } {
  const { prompt, parameters, isStreamed } = request;
  const streamed = isStreamed ? { stream: true, stream_options: { include_usage: true } } : {};
  if (typeof prompt === "string") {
    const { messages: _, ...rest } = requestBody(name, textParameters(parameters), []);
    const body = { model: name, prompt, ...rest, ...textExtras(request), ...streamed };
    return { path: "/completions", body };
  }
  const body = requestBody(name, withPlainTools(parameters), prompt, { provider, baseUrl });
  return { path: "/chat/completions", body: { ...body, ...chatExtras(request), ...streamed } };
}

function chatExtras({ logprobs }: GenerationRequest): JsonObject {
  return logprobs === undefined ? {} : { logprobs: true, top_logprobs: logprobs };
}

function textExtras({ logprobs, suffix }: GenerationRequest): JsonObject {
  return { ...(logprobs === undefined ? {} : { logprobs }), ...(suffix === undefined ? {} : { suffix }) };
}

/** Text completions support neither tools nor response formats. */
function textParameters(parameters: ModelParameters): ModelParameters {
  const { tools: _, toolChoice: __, responseFormat: ___, reasoningEffort: ____, ...known } = parameters;
  return known;
}

/** Stored tools contain registry-only keys (`source`, nulls) that endpoints reject. */
function withPlainTools(parameters: ModelParameters): ModelParameters {
  if (parameters.tools === undefined) return parameters;
  const tools = parameters.tools.map((tool) => ("function" in tool ? tool : plainFunction(tool)));
  return { ...parameters, tools };
}

function plainFunction(tool: JsonObject): JsonObject {
  const kept = Object.entries(tool).filter(([key, value]) => value !== null && key !== "source");
  return Object.fromEntries(kept);
}

/** The part of an answer that is read from the body. */
export type AnswerFromBody = Pick<
  Generation,
  "text" | "kind" | "reasoning" | "message" | "finishReason" | "usage" | "response" | "error"
>;

/**
 * Reads the body of a chat or text completion. Throws ModelError if it holds an error or no answer. A truncated
 * or filtered answer is returned with its kind and finish reason, so that the application can decide.
 */
export function readAnswerBody(body: unknown, who: string, keepsReasoning = false): AnswerFromBody {
  const { answer, fault, usage, finishReason, message } = readChatBody(body, { keepsReasoning });
  const reported = wholeUsage(usage);
  const known = {
    ...(isJsonObject(body) ? { response: body as JsonValue } : {}),
    ...defined({ usage: reported, finishReason }),
    ...(fault === undefined ? {} : { error: faultError(fault, body, usage, who) }),
  };
  if (answer === undefined) return { ...known, text: null, message: null };
  const { kind, text, reasoning, toolCalls } = answer;
  const isSilent = text === "" && (toolCalls.length > 0 || !isWritten(message));
  return {
    ...known,
    text: isSilent ? null : text,
    ...(fault === undefined ? { kind } : {}),
    ...(reasoning === undefined ? {} : { reasoning }),
    message: message === undefined ? null : chatMessage(message, toolCalls),
  };
}

/** Whether content was present, even if empty. A text completion always has content. */
function isWritten(message: JsonObject | undefined): boolean {
  return message === undefined || (message["content"] ?? null) !== null;
}

/** The message as sent by the provider, including any reasoning in its text. */
function chatMessage(message: JsonObject, toolCalls: readonly ToolCall[]): ChatMessage {
  const written = (message["content"] ?? null) === null ? null : readContent(message["content"]).text;
  const content = written || textOf(message["refusal"]) || written;
  const role = typeof message["role"] === "string" ? message["role"] : "assistant";
  const refusal = textOf(message["refusal"]);
  return {
    role,
    content: toolCalls.length > 0 && content === "" ? null : content,
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    ...(refusal === "" ? {} : { refusal }),
  };
}
