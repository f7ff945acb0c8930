import {
  readCalledItem,
  readFunctionCall,
  readToolCalls,
  reasoningBeside,
  textOf,
} from "../../core/answer/read-content.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import type { Trace } from "../../core/trace.ts";

/** The three OpenAI endpoints whose calls become traces. */
export type TracedEndpoint = "chat" | "completion" | "responses";

const endpoints: Readonly<Record<string, TracedEndpoint>> = {
  "/chat/completions": "chat",
  "/completions": "completion",
  "/responses": "responses",
};

/** Looks up the path below the base URL, without query; undefined for other paths. */
export function tracedEndpoint(path: string): TracedEndpoint | undefined {
  return Object.hasOwn(endpoints, path) ? endpoints[path] : undefined;
}

type RequestFields = Pick<Trace, "messages" | "model" | "parameters" | "user">;

/** Body members with their own field in a trace. */
const named: Readonly<Record<TracedEndpoint, ReadonlySet<string>>> = {
  chat: new Set(["messages", "model", "user"]),
  completion: new Set(["prompt", "model", "user"]),
  responses: new Set(["input", "instructions", "model", "user"]),
};

/** Reads the body of a request into trace fields. */
export function readRequestFields(endpoint: TracedEndpoint, body: JsonObject): RequestFields {
  const rest = Object.entries(body).filter(([key]) => !named[endpoint].has(key));
  const user = body["user"] ?? body["safety_identifier"];
  return {
    messages: messagesOf(endpoint, body),
    ...(typeof body["model"] === "string" ? { model: body["model"] } : {}),
    ...(rest.length === 0 ? {} : { parameters: Object.fromEntries(rest) }),
    ...(typeof user === "string" ? { user } : {}),
  };
}

function messagesOf(endpoint: TracedEndpoint, body: JsonObject): readonly ChatMessage[] {
  if (endpoint === "chat") return readChatMessages(body["messages"]);
  if (endpoint === "responses") return readInputItems(body["input"], body["instructions"]);
  return promptsOf(body["prompt"]).map((content) => ({ role: "user", content }));
}

/** One prompt or a batch of prompts. Prompts of token ids stay JSON. */
function promptsOf(prompt: JsonValue | undefined): readonly string[] {
  if (typeof prompt === "string") return [prompt];
  if (prompt === undefined || prompt === null || isJsonObject(prompt)) return [];
  if (Array.isArray(prompt) && prompt.every((one) => typeof one === "string")) return prompt;
  return [JSON.stringify(prompt)];
}

/** Messages of the chat endpoint. Items that are not messages are omitted. */
export function readChatMessages(value: JsonValue | undefined): readonly ChatMessage[] {
  return Array.isArray(value) ? value.filter(isJsonObject).map(readChatMessage) : [];
}

/**
 * Thinking next to the content is kept as `reasoning_content`, the usual name on OpenAI-compatible servers.
 */
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

/** The `input` of the responses endpoint: a string or items. */
function readInputItems(
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
      // Reasoning, searches and other items are kept unchanged.
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
