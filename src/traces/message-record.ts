import { isJsonObject, type JsonObject, type JsonValue } from "../core/data/json.ts";
import type { ChatMessage, ToolCall } from "../core/prompt/message.ts";

/** A message in OpenAI's JSON format. Unknown members (`refusal`, `audio` …) are kept. */
export function messageRecord({
  role,
  content,
  name,
  toolCalls,
  toolCallId,
  ...rest
}: ChatMessage): JsonObject {
  return {
    role,
    content,
    ...(name === undefined ? {} : { name }),
    ...(toolCalls === undefined ? {} : { tool_calls: toolCalls.map(toolCallRecord) }),
    ...(toolCallId === undefined ? {} : { tool_call_id: toolCallId }),
    ...(rest as JsonObject),
  };
}

/** Parses a message record. Undefined if it is invalid. */
export function messageOfRecord(value: JsonValue): ChatMessage | undefined {
  if (!isJsonObject(value)) return undefined;
  const { role, content = null, name, tool_calls: calls, tool_call_id: callId, ...rest } = value;
  // A foreign member with the name of one of our fields must not be read as that field.
  if ("toolCalls" in rest || "toolCallId" in rest) return undefined;
  if (typeof role !== "string" || !isContent(content) || !isOptionalText(name) || !isOptionalText(callId))
    return undefined;
  const toolCalls = calls === undefined || calls === null ? undefined : listOf(calls, toolCallOfRecord);
  if (toolCalls === undefined && calls !== undefined && calls !== null) return undefined;
  return {
    role,
    content,
    ...(typeof name === "string" && { name }),
    ...(toolCalls !== undefined && { toolCalls }),
    ...(typeof callId === "string" && { toolCallId: callId }),
    ...rest,
  };
}

/** `{id, type: "function", function: {name, arguments}}`. Custom tools have `{custom: {name, input}}`. */
export function toolCallRecord({ id, name, arguments: text, ...rest }: ToolCall): JsonObject {
  const { type = "function", ...others } = rest as JsonObject;
  const called =
    type === "custom" ? { custom: { name, input: text } } : { function: { name, arguments: text } };
  return { id, type, ...called, ...others };
}

/** Parses a tool call record. Undefined if it is invalid. */
export function toolCallOfRecord(value: JsonValue): ToolCall | undefined {
  if (!isJsonObject(value)) return undefined;
  const { id, type, function: called, custom, ...rest } = value;
  const body = type === "custom" ? custom : called;
  if ("name" in rest || "arguments" in rest) return undefined;
  if (typeof id !== "string" || !isJsonObject(body) || typeof body.name !== "string") return undefined;
  const text = type === "custom" ? body.input : body.arguments;
  if (typeof text !== "string") return undefined;
  const kind = type === undefined || type === "function" ? {} : { type };
  return { id, name: body.name, arguments: text, ...kind, ...rest };
}

/** Parses every item; undefined if the value is not a list or an item is invalid. */
export function listOf<Item>(
  value: JsonValue,
  read: (item: JsonValue) => Item | undefined,
): readonly Item[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items = (value as readonly JsonValue[]).map(read);
  return items.every((item) => item !== undefined) ? (items as readonly Item[]) : undefined;
}

function isContent(value: JsonValue): value is string | readonly JsonObject[] | null {
  return value === null || typeof value === "string" || (Array.isArray(value) && value.every(isJsonObject));
}

function isOptionalText(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || typeof value === "string";
}
