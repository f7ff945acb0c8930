import { isThought } from "../../../core/answer/read-content.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import type { Trace } from "../../../core/trace.ts";
import { messageFields } from "../../answer-of-trace.ts";
import { readAnswerFields } from "../../openai/read-answer.ts";
import {
  readChatMessage,
  readChatMessages,
  readRequestFields,
  type TracedEndpoint,
} from "../../openai/read-request.ts";
import { asText } from "../attribute-values.ts";

type RequestFields = Pick<Trace, "messages" | "model" | "parameters" | "user" | "inputs">;

/** Reads the recorded input of a model call: an OpenAI request, messages or a string. */
export function payloadRequest(value: JsonValue | undefined): RequestFields {
  if (typeof value === "string") return { messages: [{ role: "user", content: value }] };
  if (Array.isArray(value)) return messagesOf(value) ?? {};
  if (!isJsonObject(value)) return {};
  const endpoint = endpointOf(value);
  if (endpoint === undefined) return { inputs: value };
  const { system, ...body } = value;
  const instructions = endpoint === "chat" ? instructionsOf(system) : undefined;
  if (instructions === undefined) return readRequestFields(endpoint, value);
  const fields = readRequestFields(endpoint, body);
  return { ...fields, messages: [{ role: "system", content: instructions }, ...(fields.messages ?? [])] };
}

/** Anthropic's requests have the system text beside the messages: as a text or as text blocks. */
function instructionsOf(system: JsonValue | undefined): string | undefined {
  if (typeof system === "string") return system;
  if (!Array.isArray(system) || system.length === 0) return undefined;
  const texts = (system as readonly JsonValue[]).map((block) =>
    isJsonObject(block) ? block["text"] : undefined,
  );
  return texts.every((text) => typeof text === "string") ? texts.join("\n\n") : undefined;
}

/** Reads the recorded output of a model call: an OpenAI body, a message, text blocks or a string. */
export function payloadAnswer(value: JsonValue | undefined): Partial<Trace> {
  if (value === undefined || value === null) return {};
  if (typeof value === "string") return { output: value };
  if (Array.isArray(value)) {
    const [first] = value as readonly JsonValue[];
    return isJsonObject(first) && value.length === 1
      ? payloadAnswer(first)
      : { output: asText(value) ?? null };
  }
  if (!isJsonObject(value)) return { output: asText(value) ?? null };
  if (Array.isArray(value["choices"])) return answerOf("chat", value);
  if (value["object"] === "response" && Array.isArray(value["output"])) return answerOf("responses", value);
  if (typeof value["role"] === "string" && value["content"] !== undefined) return anthropicAnswer(value);
  return { output: JSON.stringify(value) };
}

function answerOf(endpoint: TracedEndpoint, body: JsonObject): Partial<Trace> {
  const { providerResponse, ...fields } = readAnswerFields(endpoint, body);
  const { model } = body;
  return {
    ...fields,
    ...(typeof model === "string" ? { model } : {}),
    ...(providerResponse === undefined ? {} : { providerResponse }),
  };
}

/** A message with Anthropic's stop reason, if present. */
function anthropicAnswer(message: JsonObject): Partial<Trace> {
  const { stop_reason: reason } = message;
  return {
    ...messageFields(blocks(message)),
    ...(typeof reason === "string" ? { finishReason: reason } : {}),
  };
}

/** Anthropic's content blocks: text blocks are the answer, `tool_use` blocks are calls. */
function blocks(message: JsonObject) {
  const content = message["content"];
  if (!Array.isArray(content)) return readChatMessage(message);
  const parts = (content as readonly JsonValue[]).filter(isJsonObject);
  const used = parts.filter(({ type }) => type === "tool_use");
  const written = parts.filter((part) => part["type"] === "text" || isThought(part));
  const isPlain = written.every(({ type }) => type === "text");
  const texts = written.map(({ text }) => asText(text) ?? "");
  return readChatMessage({
    ...message,
    content: written.length === 0 ? null : isPlain ? texts.join("") : written,
    ...(used.length === 0
      ? {}
      : {
          tool_calls: used.map(({ id, name, input }) => ({
            id: id ?? "",
            function: { name: name ?? "", arguments: JSON.stringify(input ?? {}) },
          })),
        }),
  });
}

function endpointOf(body: JsonObject): TracedEndpoint | undefined {
  if (Array.isArray(body["messages"])) return "chat";
  const { input, instructions, model, prompt } = body;
  if (model !== undefined && (input !== undefined || instructions !== undefined)) return "responses";
  return model !== undefined && prompt !== undefined ? "completion" : undefined;
}

function messagesOf(list: readonly JsonValue[]): RequestFields | undefined {
  const isMessages =
    list.length > 0 && list.every((one) => isJsonObject(one) && typeof one["role"] === "string");
  return isMessages ? { messages: readChatMessages(list) } : undefined;
}
