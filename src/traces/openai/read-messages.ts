import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { ChatMessage, ToolCall } from "../../core/message.ts";

/** Messages as the chat endpoint takes them. What is no message is left out. */
export function readChatMessages(value: JsonValue | undefined): readonly ChatMessage[] {
  return Array.isArray(value) ? value.filter(isJsonObject).map(readChatMessage) : [];
}

export function readChatMessage(message: JsonObject): ChatMessage {
  const calls = readToolCalls(message["tool_calls"]);
  return {
    role: textOr(message["role"], "user"),
    content: contentOf(message["content"]),
    ...(typeof message["name"] === "string" ? { name: message["name"] } : {}),
    ...(calls.length === 0 ? {} : { toolCalls: calls }),
    ...(typeof message["tool_call_id"] === "string" ? { toolCallId: message["tool_call_id"] } : {}),
  };
}

/** Calls of functions and of custom tools, whose input is text. */
export function readToolCalls(value: JsonValue | undefined): readonly ToolCall[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isJsonObject).map((call) => {
    const called = [call["function"], call["custom"]].find(isJsonObject) ?? {};
    return {
      id: textOr(call["id"], ""),
      name: textOr(called["name"], ""),
      arguments: textOr(called["arguments"] ?? called["input"], ""),
    };
  });
}

/** What the responses endpoint takes as `input`: a text, or items. */
export function readInputItems(
  input: JsonValue | undefined,
  instructions: JsonValue | undefined,
): readonly ChatMessage[] {
  const system: readonly ChatMessage[] =
    typeof instructions === "string" ? [{ role: "system", content: instructions }] : [];
  if (typeof input === "string") return [...system, { role: "user", content: input }];
  if (!Array.isArray(input)) return system;
  return [...system, ...input.filter(isJsonObject).map(readInputItem)];
}

function readInputItem(item: JsonObject): ChatMessage {
  switch (item["type"]) {
    case "function_call":
    case "custom_tool_call":
      return { role: "assistant", content: null, toolCalls: [calledItem(item)] };
    case "function_call_output":
    case "custom_tool_call_output":
      return {
        role: "tool",
        content: contentOf(item["output"]),
        toolCallId: textOr(item["call_id"], ""),
      };
    default:
      if (typeof item["role"] === "string")
        return { role: item["role"], content: contentOf(item["content"]) };
      // Reasoning, searches and the like: kept as they are.
      return { role: "assistant", content: [item] };
  }
}

/** A `function_call` or `custom_tool_call` item of the responses endpoint. */
export function calledItem(item: JsonObject): ToolCall {
  return {
    id: textOr(item["call_id"] ?? item["id"], ""),
    name: textOr(item["name"], ""),
    arguments: textOr(item["arguments"] ?? item["input"], ""),
  };
}

function contentOf(value: JsonValue | undefined): ChatMessage["content"] {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every(isJsonObject)) return value;
  return JSON.stringify(value);
}

function textOr(value: JsonValue | undefined, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}
