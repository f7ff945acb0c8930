import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { Trace } from "../../core/trace.ts";
import { readAnswerFields } from "../../traces/openai/read-answer.ts";
import { readRequestFields, type TracedEndpoint } from "../../traces/openai/read-request.ts";
import {
  anthropicAnswer,
  anthropicRequest,
  anthropicStream,
  isAnthropicAnswer,
  isAnthropicError,
  isAnthropicRequest,
} from "./anthropic-body.ts";
import { converseAnswer, converseRequest, isConverseAnswer, isConverseRequest } from "./converse-body.ts";
import { geminiAnswer, geminiRequest, isGeminiAnswer, isGeminiRequest } from "./gemini-body.ts";

/** The API that a recorded body belongs to. */
export type BodyKind = "openai" | "anthropic" | "converse" | "gemini";

interface ReadBody {
  readonly kind: BodyKind;
  readonly fields: Partial<Trace>;
}

/** Reads the body of a request by its shape; undefined if it has none of a known API. */
export function readRequestBody(body: JsonObject): ReadBody | undefined {
  if (isAnthropicRequest(body)) return { kind: "anthropic", fields: anthropicRequest(body) };
  if (isConverseRequest(body)) return { kind: "converse", fields: converseRequest(body) };
  if (isGeminiRequest(body)) return { kind: "gemini", fields: geminiRequest(body) };
  const endpoint = openaiEndpoint(body);
  return endpoint === undefined ? undefined : { kind: "openai", fields: readRequestFields(endpoint, body) };
}

/** Reads the body of an answer by its shape; undefined if it has none of a known API. */
export function readAnswerBody(body: JsonValue): ReadBody | undefined {
  if (Array.isArray(body)) {
    const joined = anthropicStream(body);
    return joined === undefined ? undefined : { kind: "anthropic", fields: anthropicAnswer(joined) };
  }
  if (!isJsonObject(body)) return undefined;
  if (isAnthropicAnswer(body) || isAnthropicError(body))
    return { kind: "anthropic", fields: anthropicAnswer(body) };
  if (isConverseAnswer(body)) return { kind: "converse", fields: converseAnswer(body) };
  if (isGeminiAnswer(body)) return { kind: "gemini", fields: geminiAnswer(body) };
  if (isResponse(body)) return { kind: "openai", fields: readAnswerFields("responses", body) };
  if (isCompletion(body)) return { kind: "openai", fields: readAnswerFields("chat", body) };
  return undefined;
}

/** The endpoint of OpenAI's API that takes such a body. */
function openaiEndpoint(body: JsonObject): TracedEndpoint | undefined {
  const { messages, prompt, input } = body;
  if (Array.isArray(messages)) return messages.every(isRoled) ? "chat" : undefined;
  const isTexts = Array.isArray(prompt) && prompt.every((one) => typeof one === "string");
  if (typeof prompt === "string" || isTexts) return "completion";
  const isItems = Array.isArray(input) && input.length > 0 && input.every(isItem);
  return isItems || (typeof input === "string" && ("model" in body || "instructions" in body))
    ? "responses"
    : undefined;
}

/** A completion: its choices are messages or texts, not the choices of a question. */
export function isCompletion(body: JsonObject): boolean {
  const { choices } = body;
  if (!Array.isArray(choices)) return body["object"] === "chat.completion";
  const isAnswers = choices.every(
    (one: JsonValue) => isJsonObject(one) && ("message" in one || "text" in one || "delta" in one),
  );
  return isAnswers;
}

/** A response of the responses endpoint. */
export function isResponse(body: JsonObject): boolean {
  return body["object"] === "response" && !Array.isArray(body["choices"]);
}

function isRoled(value: JsonValue): boolean {
  return isJsonObject(value) && typeof value["role"] === "string";
}

function isItem(value: JsonValue): boolean {
  return isJsonObject(value) && (typeof value["role"] === "string" || typeof value["type"] === "string");
}
