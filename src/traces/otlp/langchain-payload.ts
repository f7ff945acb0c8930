import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import { readChatMessage } from "../openai/read-request.ts";

/** Roles by LangChain's message types, as `type` and as class name. */
const roles: Readonly<Record<string, string>> = {
  human: "user",
  ai: "assistant",
  system: "system",
  tool: "tool",
  function: "function",
  HumanMessage: "user",
  AIMessage: "assistant",
  AIMessageChunk: "assistant",
  SystemMessage: "system",
  ToolMessage: "tool",
  FunctionMessage: "function",
};

/** Messages of a LangChain run: `{messages: [[…]]}`, serialized or live; undefined for other values. */
export function langchainMessages(value: JsonValue | undefined): readonly ChatMessage[] | undefined {
  const list = isJsonObject(value) ? value["messages"] : value;
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const [first] = list as readonly JsonValue[];
  if (Array.isArray(first)) return list.length === 1 ? langchainMessages(first) : undefined;
  const messages = (list as readonly JsonValue[]).map(langchainMessage);
  return messages.every((message) => message !== undefined) ? messages : undefined;
}

/** The answer in a LangChain run's outputs: `{generations: [[{text, message}]]}` or one message. */
export function langchainAnswer(value: JsonValue | undefined): ChatMessage | undefined {
  if (!isJsonObject(value)) return undefined;
  const generations = value["generations"];
  if (!Array.isArray(generations)) return langchainMessage(value["output"] ?? value["message"] ?? value);
  const [first] = generations as readonly JsonValue[];
  const generation = Array.isArray(first) ? (first as readonly JsonValue[])[0] : first;
  if (!isJsonObject(generation)) return undefined;
  const message = langchainMessage(generation["message"]);
  const { text } = generation;
  return message ?? (typeof text === "string" ? { role: "assistant", content: text } : undefined);
}

function langchainMessage(value: JsonValue | undefined): ChatMessage | undefined {
  if (!isJsonObject(value)) return undefined;
  const { id, type } = value;
  const name = Array.isArray(id) ? (id as readonly JsonValue[]).at(-1) : undefined;
  const kind = [name, type].find((one) => typeof one === "string" && Object.hasOwn(roles, one));
  const role = kind === undefined ? undefined : roles[String(kind)];
  if (role === undefined) return typeof value["role"] === "string" ? readChatMessage(value) : undefined;
  const body = [value["kwargs"], value["data"]].find(isJsonObject) ?? value;
  const extra = isJsonObject(body["additional_kwargs"]) ? body["additional_kwargs"] : {};
  const calls = callsOf(body["tool_calls"]) ?? extra["tool_calls"];
  return readChatMessage({
    role,
    content: body["content"] ?? null,
    ...(calls === undefined ? {} : { tool_calls: calls }),
    ...(typeof body["tool_call_id"] === "string" ? { tool_call_id: body["tool_call_id"] } : {}),
  });
}

function callsOf(list: JsonValue | undefined): JsonObject[] | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined;
  return (list as readonly JsonValue[]).filter(isJsonObject).map(({ id, name, args }) => ({
    id: id ?? "",
    type: "function",
    function: { name: name ?? "", arguments: JSON.stringify(args ?? {}) },
  }));
}
