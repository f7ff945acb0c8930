import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { ChatMessage, ToolCall } from "../../core/prompt/message.ts";
import { asText } from "./attribute-values.ts";
import { converseMessages, isConverse } from "./converse-content.ts";

/**
 * Reads messages of typed parts, as written by `gen_ai.input.messages` and the AI SDK: texts, tool calls
 * (`tool_call`, `tool-call`), tool results, and other media. A message of several results becomes one message
 * per result.
 */
export function partMessages(list: readonly JsonValue[]): readonly ChatMessage[] {
  return list.filter(isJsonObject).flatMap((message) => {
    const role = typeof message["role"] === "string" ? message["role"] : "user";
    const parts = message["parts"] ?? message["content"];
    if (!Array.isArray(parts)) return [{ role, content: asText(parts) ?? null }];
    return messagesOfParts(role, (parts as readonly JsonValue[]).filter(isJsonObject));
  });
}

/** Text of parts outside of messages, such as system instructions. */
export function partsText(parts: readonly JsonValue[]): string {
  return parts.map((part) => (isJsonObject(part) ? (textOfPart(part) ?? "") : (asText(part) ?? ""))).join("");
}

function messagesOfParts(role: string, parts: readonly JsonObject[]): readonly ChatMessage[] {
  const results = parts.filter((part) => kindOf(part) === "result").map(resultMessage);
  const toolCalls = parts.filter((part) => kindOf(part) === "call").map(callOf);
  const rest = parts.filter((part) => kindOf(part) === "other");
  if (rest.length === 0 && toolCalls.length === 0) return results;
  const texts = rest.map(textOfPart);
  const content =
    rest.length === 0
      ? null
      : texts.every((text) => text !== undefined)
        ? texts.join("")
        : rest.map((part) => contentPart(part));
  return [{ role, content, ...(toolCalls.length === 0 ? {} : { toolCalls }) }, ...results];
}

function kindOf({ type }: JsonObject): "call" | "result" | "other" {
  if (type === "tool_call" || type === "tool-call") return "call";
  return type === "tool_call_response" || type === "tool-result" ? "result" : "other";
}

function callOf(part: JsonObject): ToolCall {
  const given = part["arguments"] ?? part["args"] ?? part["input"];
  return {
    id: asText(part["id"] ?? part["toolCallId"]) ?? "",
    name: asText(part["name"] ?? part["toolName"]) ?? "",
    arguments: asText(given) ?? "{}",
  };
}

function resultMessage(part: JsonObject): ChatMessage {
  const given = part["response"] ?? part["result"] ?? part["output"];
  // The AI SDK wraps an output as { type: "text" | "json", value }.
  const value = isJsonObject(given) && "value" in given && "type" in given ? given["value"] : given;
  // Strands keeps the blocks of a result.
  const blocks = Array.isArray(value) && isConverse(value) ? converseMessages("tool", value)[0] : undefined;
  return {
    role: "tool",
    content: blocks?.content ?? asText(value) ?? null,
    toolCallId: asText(part["id"] ?? part["toolCallId"]) ?? "",
  };
}

function textOfPart({ type, content, text }: JsonObject): string | undefined {
  if (type !== "text" && type !== undefined) return undefined;
  return typeof content === "string" ? content : typeof text === "string" ? text : undefined;
}

/** Texts in OpenAI's format, other media unchanged. */
function contentPart(part: JsonObject): JsonObject {
  const text = textOfPart(part);
  return text === undefined ? part : { type: "text", text };
}
