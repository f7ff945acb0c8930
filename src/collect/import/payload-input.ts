import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import type { Trace } from "../../core/trace.ts";
import { readRequestFields } from "../../traces/openai/read-request.ts";
import { parsedMember } from "./json-members.ts";
import { messageOf, messagesIn } from "./payload-message.ts";

type InputFields = Pick<Trace, "messages" | "inputs" | "model" | "parameters">;

/**
 * What tools record as the input of a call of a model: a request's body, messages (OpenAI's or LangChain's),
 * or a text. Anything else is the variables of whatever was called.
 */
export function modelInput(value: JsonValue | undefined): InputFields {
  const input = parsedMember(value);
  if (input === undefined || input === null) return {};
  if (typeof input === "string") return { messages: [{ role: "user", content: input }] };
  const messages = messagesIn(input);
  if (messages !== undefined) return { messages };
  const request = isJsonObject(input) ? requestFields(input) : undefined;
  if (request !== undefined) return request;
  // A text that only looks like JSON is what the model was given.
  if (typeof value === "string") return { messages: [{ role: "user", content: value }] };
  return { inputs: isJsonObject(input) ? input : { input } };
}

/** What tools record as the input of a function, chain or agent: its arguments are the variables. */
export function callInput(value: JsonValue | undefined): InputFields {
  const input = parsedMember(value);
  if (input === undefined || input === null) return {};
  const messages = messagesIn(input);
  if (messages !== undefined) return { messages };
  if (!isJsonObject(input)) return { inputs: { input } };
  const isOnlyMessages = Object.keys(input).length === 1 && messagesIn(input["messages"]) !== undefined;
  return isOnlyMessages ? (requestFields(input) ?? {}) : { inputs: input };
}

function requestFields(body: JsonObject): InputFields | undefined {
  const listed = messagesIn(body["messages"]);
  if (listed !== undefined) return { ...readRequestFields("chat", body), messages: listed };
  const [prompt] = Array.isArray(body["prompts"]) ? body["prompts"] : [];
  if (typeof prompt === "string") return { messages: [{ role: "user", content: prompt }] };
  if (typeof body["prompt"] === "string") return readRequestFields("completion", body);
  const items = body["input"];
  const isItems = Array.isArray(items) && items.length > 0 && items.every(isItem);
  if (isItems || (typeof items === "string" && ("model" in body || "instructions" in body))) {
    return readRequestFields("responses", body);
  }
  const one = messageOf(body);
  return one === undefined ? undefined : { messages: [one] satisfies readonly ChatMessage[] };
}

function isItem(value: JsonValue): boolean {
  return isJsonObject(value) && (typeof value["role"] === "string" || typeof value["type"] === "string");
}
