import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import type { ChatMessage } from "../../../core/prompt/message.ts";
import type { Trace } from "../../../core/trace.ts";
import { messageFields } from "../../message-fields.ts";
import { readChatMessage } from "../../openai/read-messages.ts";
import { asText, unpacked } from "../attribute-values.ts";
import type { OtlpEvent } from "../otlp-span.ts";

const roles: Readonly<Record<string, string>> = {
  "gen_ai.system.message": "system",
  "gen_ai.user.message": "user",
  "gen_ai.assistant.message": "assistant",
  "gen_ai.tool.message": "tool",
};

/**
 * Messages in events of a span: one event a message and `gen_ai.choice` (conventions 1.28 to 1.36), or the whole
 * list in `gen_ai.content.prompt` and `.completion` (before).
 */
export function eventMessages(events: readonly OtlpEvent[]): {
  readonly messages: readonly ChatMessage[] | undefined;
  readonly answer: Partial<Trace>;
} {
  const messages: ChatMessage[] = [];
  let answer: Partial<Trace> = {};
  for (const { name, attributes } of events) {
    const role = roles[name];
    if (role !== undefined) messages.push(messageOf(role, bodyOf(attributes)));
    else if (name === "gen_ai.choice") answer = { ...choiceOf(bodyOf(attributes)), ...answer };
    else if (name === "gen_ai.content.prompt") {
      messages.push(...listOf(attributes["gen_ai.prompt"]).map((one) => messageOf("user", one)));
    } else if (name === "gen_ai.content.completion") {
      const [said] = listOf(attributes["gen_ai.completion"]);
      if (said !== undefined) answer = { ...messageFields(messageOf("assistant", said)), ...answer };
    }
  }
  return { messages: messages.length === 0 ? undefined : messages, answer };
}

/** The event's body: in one attribute, or in attributes of their own. */
function bodyOf(attributes: JsonObject): JsonObject {
  const whole = unpacked(attributes["gen_ai.event.content"] ?? attributes["event_body"]);
  return isJsonObject(whole) ? whole : attributes;
}

function messageOf(role: string, body: JsonObject): ChatMessage {
  const content = unpackedContent(body["content"]);
  const calls = unpacked(body["tool_calls"]);
  return readChatMessage({
    role: asText(body["role"]) ?? role,
    content,
    ...(calls === undefined ? {} : { tool_calls: calls }),
    ...(body["id"] === undefined || role !== "tool" ? {} : { tool_call_id: asText(body["id"]) ?? "" }),
  });
}

function choiceOf(body: JsonObject): Partial<Trace> {
  const message = unpacked(body["message"]);
  const finish = body["finish_reason"];
  return {
    ...messageFields(
      messageOf(
        "assistant",
        isJsonObject(message) ? message : { content: message ?? body["content"] ?? null, ...pickCalls(body) },
      ),
    ),
    ...(typeof finish === "string" ? { finishReason: finish } : {}),
  };
}

function pickCalls(body: JsonObject): JsonObject {
  return body["tool_calls"] === undefined ? {} : { tool_calls: body["tool_calls"] };
}

/** A text that happens to be JSON stays the text it is; a list of parts is one. */
function unpackedContent(content: JsonValue | undefined): JsonValue {
  if (typeof content !== "string" || !content.startsWith("[{")) return content ?? null;
  const parts = unpacked(content);
  return Array.isArray(parts) && parts.every((part) => isJsonObject(part) && "type" in part)
    ? parts
    : content;
}

function listOf(value: JsonValue | undefined): readonly JsonObject[] {
  const list = unpacked(value);
  if (Array.isArray(list)) return list.filter(isJsonObject);
  if (isJsonObject(list)) return [list];
  return typeof list === "string" ? [{ content: list }] : [];
}
