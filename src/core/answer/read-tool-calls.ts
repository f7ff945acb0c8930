import { isJsonObject, type JsonObject } from "../data/json.ts";
import type { ToolCall } from "../prompt/message.ts";

/** The `tool_calls` of a message: of functions, and of custom tools, whose input is text. What is no list has none. */
export function readToolCalls(calls: unknown): readonly ToolCall[] {
  if (!Array.isArray(calls)) return [];
  return calls.filter(isJsonObject).map((call) => {
    const called = [call["function"], call["custom"]].find(isJsonObject) ?? {};
    return toolCall(call["id"], called["name"], called["arguments"] ?? called["input"]);
  });
}

/** The `function_call` of a message as it was before `tool_calls`. */
export function readFunctionCall(call: unknown): readonly ToolCall[] {
  if (!isJsonObject(call) || typeof call["name"] !== "string" || call["name"] === "") return [];
  return [toolCall("", call["name"], call["arguments"])];
}

/** A `function_call` or `custom_tool_call` item of the responses endpoint. */
export function readCalledItem(item: JsonObject): ToolCall {
  return toolCall(item["call_id"] ?? item["id"], item["name"], item["arguments"] ?? item["input"]);
}

/** Some servers send arguments as an object, and not as the text of its JSON. */
function toolCall(id: unknown, name: unknown, given: unknown): ToolCall {
  return { id: textOr(id), name: textOr(name), arguments: textOr(given) };
}

function textOr(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
