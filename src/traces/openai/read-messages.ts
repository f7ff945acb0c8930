import {
  readCalledItem,
  readFunctionCall,
  readToolCalls,
  reasoningBeside,
  textOf,
} from "../../core/answer/read-content.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";

/** Messages as the chat endpoint takes them. What is no message is left out. */
export function readChatMessages(value: JsonValue | undefined): readonly ChatMessage[] {
  return Array.isArray(value) ? value.filter(isJsonObject).map(readChatMessage) : [];
}

/** Thinking beside the content is kept under OpenAI-compatible servers' usual name, `reasoning_content`. */
export function readChatMessage(message: JsonObject): ChatMessage {
  const listed = readToolCalls(message["tool_calls"]);
  const calls = listed.length > 0 ? listed : readFunctionCall(message["function_call"]);
  const refusal = textOf(message["refusal"]);
  const reasoning = reasoningBeside(message);
  return {
    role: textOr(message["role"], "user"),
    content: contentOf(message["content"]),
    ...(typeof message["name"] === "string" ? { name: message["name"] } : {}),
    ...(calls.length === 0 ? {} : { toolCalls: calls }),
    ...(typeof message["tool_call_id"] === "string" ? { toolCallId: message["tool_call_id"] } : {}),
    ...(refusal === "" ? {} : { refusal }),
    ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
  };
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
      return { role: "assistant", content: null, toolCalls: [readCalledItem(item)] };
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

function contentOf(value: JsonValue | undefined): ChatMessage["content"] {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every(isJsonObject)) return value;
  return JSON.stringify(value);
}

function textOr(value: JsonValue | undefined, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}
