import { isJsonObject, type JsonObject, type JsonValue } from "../data/json.ts";
import { defined } from "../defined.ts";
import { messageText, type ToolCall } from "./message.ts";
import type { Template, TemplateMessage } from "./prompt.ts";

/** A template under wire keys: a text, or messages with `content`, `name`, `tool_calls`, `tool_call_id`. */
export function templateToJson(template: Template): string | readonly JsonObject[] {
  return typeof template === "string" ? template : template.map(messageToJson);
}

/**
 * Reads a template from validated wire keys. `null` equals an absent key, and absent content equals an empty
 * text.
 */
export function templateFromJson(value: string | readonly JsonObject[]): Template {
  return typeof value === "string" ? value : Object.freeze(value.map(messageFromJson));
}

function messageToJson({ role, content, parts, name, toolCalls, toolCallId }: TemplateMessage): JsonObject {
  return {
    role,
    content: parts ?? content,
    ...defined({ name, tool_calls: toolCalls?.map(toolCallToJson), tool_call_id: toolCallId }),
  };
}

function messageFromJson(message: JsonObject): TemplateMessage {
  const { role, content, name, tool_calls: toolCalls, tool_call_id: toolCallId } = message;
  const parts = Array.isArray(content) ? content.filter(isJsonObject).map(withoutNulls) : undefined;
  const text = typeof content === "string" ? content : "";
  return Object.freeze({
    role: String(role),
    content: parts === undefined ? text : messageText({ role: String(role), content: parts }),
    ...(parts === undefined ? {} : { parts }),
    ...(typeof name === "string" ? { name } : {}),
    ...(Array.isArray(toolCalls) && toolCalls.length > 0
      ? { toolCalls: toolCalls.filter(isJsonObject).map(toolCallFromJson) }
      : {}),
    ...(typeof toolCallId === "string" ? { toolCallId } : {}),
  });
}

function toolCallToJson({ id, name, arguments: given }: ToolCall): JsonObject {
  return { id, type: "function", function: { name, arguments: given } };
}

function toolCallFromJson(call: JsonObject): ToolCall {
  const inner = isJsonObject(call["function"]) ? call["function"] : {};
  return { id: textOf(call["id"]), name: textOf(inner["name"]), arguments: textOf(inner["arguments"]) };
}

function withoutNulls(object: JsonObject): JsonObject {
  const given = Object.entries(object).filter(([, value]) => value !== null);
  return Object.fromEntries(
    given.map(([key, value]) => [key, isJsonObject(value) ? withoutNulls(value) : value]),
  );
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}
