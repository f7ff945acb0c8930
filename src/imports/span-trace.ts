import { isJsonObject, type JsonObject, type JsonValue } from "../core/data/json.ts";
import type { ChatMessage } from "../core/prompt/message.ts";
import type { Trace } from "../core/trace.ts";
import { readRequestFields } from "../traces/openai/read-request.ts";
import { readRequestBody } from "./bodies/read-body.ts";
import type { TraceDraft } from "./import-format.ts";
import { parsedMember } from "./json-members.ts";
import { messageOf, messagesIn } from "./payload-message.ts";
import { readOutput } from "./payload-output.ts";

/** The role of a span: a model call, the outermost call of the application, or a step in between. */
export type SpanRole = "model" | "root" | "step";

/**
 * Input and output of a span. The arguments of the outermost call are variables and become a row. Those of a
 * step (a retriever, a tool) would become rows of another kind, so they are only kept in `kept`.
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

/** Merges members of one tool. */
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
 * Reads the recorded input of a model call: a request body, messages (OpenAI's or LangChain's), or a string.
 * Anything else is treated as variables.
 */
export function modelInput(value: JsonValue | undefined): InputFields {
  const input = parsedMember(value);
  if (input === undefined || input === null) return {};
  if (typeof input === "string") return { messages: [{ role: "user", content: input }] };
  const messages = messagesIn(input);
  if (messages !== undefined) return { messages };
  const request = isJsonObject(input) ? requestFields(input) : undefined;
  if (request !== undefined) return request;
  // Text that happens to be JSON is the input itself.
  if (typeof value === "string") return { messages: [{ role: "user", content: value }] };
  return { inputs: isJsonObject(input) ? input : { input } };
}

/** Reads the recorded input of a function, chain or agent: its arguments are the variables. */
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
  const native = readRequestBody(body);
  if (native !== undefined && native.kind !== "openai") return native.fields;
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
