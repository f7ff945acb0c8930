import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import type { Trace } from "../../core/trace.ts";
import { readRequestFields } from "../../traces/openai/read-request.ts";
import type { TraceDraft } from "./import-format.ts";
import { parsedMember } from "./json-members.ts";
import { messageOf, messagesIn } from "./payload-message.ts";
import { readOutput } from "./payload-output.ts";

/** What a span is: a call of a model, the outermost call of the application, or a step between the two. */
export type SpanRole = "model" | "root" | "step";

/**
 * Input and output of a span. The arguments of the outermost call are variables, and make a row; those of a
 * step (a retriever, a tool) would make rows of another kind, so they are only kept as they were.
 */
export function spanPayload(
  tool: string,
  role: SpanRole,
  input: JsonValue | undefined,
  output: JsonValue | undefined,
): { readonly fields: TraceDraft; readonly kept: JsonObject } {
  if (role === "step") {
    const kept = { ...(input === undefined ? {} : { input }), ...(output === undefined ? {} : { output }) };
    return { fields: {}, kept: Object.keys(kept).length === 0 ? {} : { [tool]: kept } };
  }
  const read = role === "model" ? modelInput(input) : callInput(input);
  return { fields: { ...read, ...readOutput(output) }, kept: {} };
}

/** Two sets of members of one tool, as one. */
export function mergedOther(
  tool: string,
  ...parts: readonly (JsonObject | undefined)[]
): JsonObject | undefined {
  const members = parts.flatMap((part) => (part === undefined ? [] : [part[tool] as JsonObject]));
  const merged = Object.assign({}, ...members.filter((one) => one !== undefined)) as JsonObject;
  return Object.keys(merged).length === 0 ? undefined : { [tool]: merged };
}

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
