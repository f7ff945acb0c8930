import { isJsonObject, type JsonObject, type JsonValue } from "../data/json.ts";
import { UsageError } from "../errors.ts";
import { isVariableName, variablesIn } from "../template/template-variables.ts";
import { type ChatMessage, isMessageList, type ToolCall } from "./message.ts";
import type { TemplateMessage } from "./prompt.ts";

const defaultVariable = "chat_history";

/** Whether the message stands for the messages of a variable. Such a message has no text of its own. */
export function isHistory(message: TemplateMessage): boolean {
  return message.role === "chat_history";
}

/**
 * The variables of a `chat_history` message: `{{name}}` (several in a row are concatenated) or the bare name;
 * `chat_history` if the content is empty.
 */
export function historyVariables(content: string): readonly string[] {
  const text = content.trim();
  if (text === "") return [defaultVariable];
  if (isVariableName(text)) return [text];
  const names = variablesIn(text);
  const rest = text.replace(/\{\{[^{}]*\}\}/g, "").trim();
  if (names.length > 0 && rest === "") return names;
  throw new UsageError(`a chat_history message holds "${text}", which names no variable`, {
    hint: "write only the variable that holds the messages, for example {{chat_history}}",
  });
}

/** The messages of the named variables. Throws UsageError if a variable is not a list of messages. */
export function expandChatHistory(content: string, inputs: JsonObject): readonly ChatMessage[] {
  return historyVariables(content).flatMap((name) => {
    const value = inputs[name];
    if (isMessageList(value)) return value.map(chatMessageOf);
    throw new UsageError(`the input "${name}" of a chat_history message is ${kindOf(value)}, not messages`, {
      hint: `give a list such as [{"role": "user", "content": "Hello"}]`,
    });
  });
}

/** Converts a message of OpenAI's JSON (`tool_calls`, `tool_call_id`) to the project's own form. */
export function chatMessageOf(json: JsonObject): ChatMessage {
  const calls = json["tool_calls"] ?? json["toolCalls"];
  const callId = json["tool_call_id"] ?? json["toolCallId"];
  return {
    role: String(json["role"]),
    content: contentOf(json["content"]),
    ...(typeof json["name"] === "string" && { name: json["name"] }),
    ...(Array.isArray(calls) && { toolCalls: calls.filter(isJsonObject).map(toolCallOf) }),
    ...(typeof callId === "string" && { toolCallId: callId }),
  };
}

function contentOf(value: JsonValue | undefined): ChatMessage["content"] {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return value;
  return Array.isArray(value) && value.every(isJsonObject) ? value : JSON.stringify(value);
}

function toolCallOf(json: JsonObject): ToolCall {
  const called = isJsonObject(json["function"]) ? json["function"] : json;
  const given = called["arguments"];
  return {
    id: String(json["id"] ?? ""),
    name: String(called["name"] ?? ""),
    arguments: typeof given === "string" ? given : JSON.stringify(given ?? {}),
  };
}

function kindOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "missing";
  if (Array.isArray(value)) return "a list with an item that has no role";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
