import { isJsonObject, type JsonObject, type JsonValue } from "../core/data/json.ts";
import type { ChatMessage } from "../core/prompt/message.ts";
import { readChatMessage } from "../traces/openai/read-request.ts";
import { parsedMember } from "./json-members.ts";

/** Roles by LangChain's message types, as `type` and as class name. */
const roles: Readonly<Record<string, string>> = {
  human: "user",
  ai: "assistant",
  system: "system",
  tool: "tool",
  function: "function",
  developer: "developer",
  HumanMessage: "user",
  AIMessage: "assistant",
  SystemMessage: "system",
  ToolMessage: "tool",
  FunctionMessage: "function",
  HumanMessageChunk: "user",
  AIMessageChunk: "assistant",
};

/** A list of messages, or a batch with one list; undefined for anything else. */
export function messagesIn(value: JsonValue | undefined): readonly ChatMessage[] | undefined {
  const list = parsedMember(value);
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const [first] = list;
  const batched = list.length === 1 && Array.isArray(first) ? messagesIn(first) : undefined;
  if (batched !== undefined) return batched;
  const messages = list.map((item: JsonValue) => messageOf(item));
  return messages.every((message) => message !== undefined) ? messages : undefined;
}

/**
 * A message in the format of OpenAI or LangChain (live, serialized, or a pair of role and text); undefined
 * for anything else.
 */
export function messageOf(value: JsonValue): ChatMessage | undefined {
  if (Array.isArray(value)) return pairOf(value);
  if (!isJsonObject(value)) return undefined;
  if (typeof value["role"] === "string" && ("content" in value || "tool_calls" in value)) {
    return readChatMessage({ ...value, role: roles[value["role"]] ?? value["role"] });
  }
  const kind = kindOf(value);
  const body = [value["kwargs"], value["data"]].find(isJsonObject) ?? value;
  const role = kind === undefined ? undefined : roles[kind];
  if (role === undefined || !("content" in body)) return undefined;
  return langchainMessage(role, body);
}

/** For example `["human", "{question}"]`. */
function pairOf(value: readonly JsonValue[]): ChatMessage | undefined {
  const [kind, content, ...more] = value;
  if (typeof kind !== "string" || typeof content !== "string" || more.length > 0) return undefined;
  const role = roles[kind] ?? (["user", "assistant"].includes(kind) ? kind : undefined);
  return role === undefined ? undefined : { role, content };
}

function kindOf(value: JsonObject): string | undefined {
  const { id, type } = value;
  const name = Array.isArray(id) ? (id as readonly JsonValue[]).at(-1) : undefined;
  if (typeof name === "string" && name in roles) return name;
  return typeof type === "string" && type in roles ? type : undefined;
}

function langchainMessage(role: string, body: JsonObject): ChatMessage {
  const extra = isJsonObject(body["additional_kwargs"]) ? body["additional_kwargs"] : {};
  const calls = extra["tool_calls"] ?? openaiCalls(body["tool_calls"]);
  return readChatMessage({
    role,
    content: body["content"] ?? null,
    ...(typeof body["name"] === "string" && { name: body["name"] }),
    ...(calls !== undefined && { tool_calls: calls }),
    ...(typeof body["tool_call_id"] === "string" && { tool_call_id: body["tool_call_id"] }),
    ...(extra["refusal"] !== undefined && { refusal: extra["refusal"] }),
    ...(extra["reasoning_content"] !== undefined && { reasoning_content: extra["reasoning_content"] }),
  });
}

/** Converts LangChain's tool calls, `{name, args, id}`. */
function openaiCalls(value: JsonValue | undefined): JsonValue | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.filter(isJsonObject).map((call: JsonObject) => ({
    id: call["id"] ?? "",
    type: "function",
    function: { name: call["name"] ?? "", arguments: JSON.stringify(call["args"] ?? {}) },
  }));
}
