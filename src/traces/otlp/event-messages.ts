import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import type { Trace } from "../../core/trace.ts";
import { messageFields } from "../answer-of-trace.ts";
import { readChatMessage } from "../openai/read-request.ts";
import { asText, unpacked } from "./attribute-values.ts";
import { converseMessages, isConverse } from "./converse-content.ts";
import type { OtlpEvent } from "./otlp-span.ts";

const roles: Readonly<Record<string, string>> = {
  "gen_ai.system.message": "system",
  "gen_ai.user.message": "user",
  "gen_ai.assistant.message": "assistant",
  "gen_ai.tool.message": "tool",
};

/**
 * Messages in span events: one event per message plus `gen_ai.choice` (conventions 1.28 to 1.36), or the
 * whole list in `gen_ai.content.prompt` and `.completion` (earlier).
 */
export function eventMessages(events: readonly OtlpEvent[]): {
  readonly messages: readonly ChatMessage[] | undefined;
  readonly answer: Partial<Trace>;
} {
  const messages: ChatMessage[] = [];
  let answer: Partial<Trace> = {};
  for (const { name, attributes } of events) {
    const role = roles[name];
    if (role !== undefined) messages.push(...messagesOf(role, bodyOf(attributes)));
    else if (name === "gen_ai.choice") answer = { ...choiceOf(bodyOf(attributes)), ...answer };
    else if (name === "gen_ai.content.prompt") {
      messages.push(...listOf(attributes["gen_ai.prompt"]).flatMap((one) => messagesOf("user", one)));
    } else if (name === "gen_ai.content.completion") {
      const [completion] = listOf(attributes["gen_ai.completion"]);
      if (completion !== undefined)
        answer = { ...messageFields(messagesOf("assistant", completion)[0]), ...answer };
    }
  }
  return { messages: messages.length === 0 ? undefined : messages, answer };
}

/** The body of an event: in one attribute or in several. */
function bodyOf(attributes: JsonObject): JsonObject {
  const whole = unpacked(attributes["gen_ai.event.content"] ?? attributes["event_body"]);
  return isJsonObject(whole) ? whole : attributes;
}

/** One message, except for several results of tools in Strands' form. */
function messagesOf(role: string, body: JsonObject): readonly ChatMessage[] {
  const content = unpackedContent(body["content"]);
  if (Array.isArray(content) && isConverse(content)) return converseMessages(role, content);
  const calls = unpacked(body["tool_calls"]);
  const message = readChatMessage({
    role: asText(body["role"]) ?? role,
    content,
    ...(calls === undefined ? {} : { tool_calls: calls }),
    ...(body["id"] === undefined || role !== "tool" ? {} : { tool_call_id: asText(body["id"]) ?? "" }),
  });
  return [message];
}

function choiceOf(body: JsonObject): Partial<Trace> {
  const message = unpacked(body["message"]);
  const finish = body["finish_reason"];
  return {
    ...messageFields(
      messagesOf(
        "assistant",
        isJsonObject(message) ? message : { content: message ?? body["content"] ?? null, ...pickCalls(body) },
      )[0],
    ),
    ...(typeof finish === "string" ? { finishReason: finish } : {}),
  };
}

function pickCalls(body: JsonObject): JsonObject {
  return body["tool_calls"] === undefined ? {} : { tool_calls: body["tool_calls"] };
}

/** Parses only lists of parts. Other text stays text, even if it is JSON. */
function unpackedContent(content: JsonValue | undefined): JsonValue {
  if (typeof content !== "string" || !/^\[\s*\{/.test(content)) return content ?? null;
  const parts = unpacked(content);
  if (!Array.isArray(parts)) return content;
  return parts.every((part) => isJsonObject(part) && "type" in part) || isConverse(parts) ? parts : content;
}

function listOf(value: JsonValue | undefined): readonly JsonObject[] {
  const list = unpacked(value);
  if (Array.isArray(list)) return list.filter(isJsonObject);
  if (isJsonObject(list)) return [list];
  return typeof list === "string" ? [{ content: list }] : [];
}
