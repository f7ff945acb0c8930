import type { PromptDraft } from "../../contracts/registry.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { Trace } from "../../core/trace.ts";
import { messageOfRecord } from "../../traces/message-record.ts";
import type { OtlpSpan } from "../../traces/otlp/otlp-span.ts";
import { traceOfSpan } from "../../traces/otlp/trace-of-span.ts";
import { messagesOf } from "./call-request.ts";
import { derivedId } from "./derived-id.ts";
import { parseGivenDetails } from "./given-prompt.ts";
import { flowOf, toolOf } from "./log-response.ts";
import { kernelSchema } from "./schemas/prompt-schemas.ts";

const numbers = ["temperature", "top_p", "max_tokens", "presence_penalty", "frequency_penalty", "seed"];

/**
 * The prompt of a decorated function, from the arguments of its provider call. Undefined if the span has no
 * model or no prompt fields.
 */
export function promptOfSpan(path: string, file: JsonObject, trace: Trace): PromptDraft | undefined {
  const { model, provider, parameters = {} } = trace;
  const given = Object.entries(parameters).flatMap(([name, value]): [string, JsonValue][] => {
    const number = numbers.includes(name) ? Number(value) : Number.NaN;
    return Number.isFinite(number) ? [[name, number]] : [];
  });
  const tools = toolsOf(parameters["tools"]);
  const kernel = kernelSchema.safeParse({
    model,
    provider: provider?.toLowerCase(),
    ...Object.fromEntries(given),
    ...(file["template"] === undefined ? {} : { template: templateOf(file["template"]) }),
    ...(tools.length === 0 ? {} : { tools }),
  });
  return kernel.success ? { path, ...parseGivenDetails(kernel.data) } : undefined;
}

/** Templates with messages arrive as JSON text or as flattened fields. */
function templateOf(value: JsonValue): JsonValue {
  if (typeof value !== "string" || !value.startsWith("[")) return value;
  try {
    return JSON.parse(value) as JsonValue;
  } catch {
    return value;
  }
}

function toolsOf(value: JsonValue | undefined): readonly JsonObject[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly JsonValue[])
    .filter(isJsonObject)
    .flatMap(({ function: tool }) => (isJsonObject(tool) && typeof tool["name"] === "string" ? [tool] : []));
}

/** A log from a decorator span, with its prompt. */
export interface SpanLog {
  readonly trace: Trace;
  /** Path of the called prompt. */
  readonly promptPath?: string;
  /** Fields of the file in the span: a template, a tool's function. */
  readonly file: JsonObject;
}

/**
 * Reads the log of a span: `humanloop.log.…` has inputs and output, `humanloop.file.…` the source, and
 * `gen_ai.…` the provider call. Equal spans give equal ids.
 */
export function logOfSpan(span: OtlpSpan): SpanLog {
  const { attributes, startedAt, endedAt, latencyMs } = span;
  const file = nestedAttributes(attributes, "humanloop.file");
  const log = nestedAttributes(attributes, "humanloop.log");
  const text = (value: JsonValue | undefined) =>
    typeof value === "string" && value !== "" ? value : undefined;
  const type = text(file["type"]);
  const path = text(file["path"]) ?? span.name;
  const called = type === "prompt" ? traceOfSpan(span) : undefined;
  const { chainId: _, metadata: __, source: ___, ...ofProvider } = called ?? ({} as Partial<Trace>);
  const message = messageOfRecord(withoutEmpty(log["output_message"] ?? null));
  const status = text(log["log_status"]);
  const { type: _type, path: _path, ...details } = file;
  const other: JsonObject = {
    ...(type === "flow" ? { flow: flowOf(path, attributesOf(details)) } : {}),
    ...(type === "tool" ? { tool: toolOf(path, details) } : {}),
    ...(status === undefined ? {} : { log_status: status }),
  };
  const fields = {
    name: path,
    parentId: text(log["trace_parent_id"]),
    inputs: isJsonObject(log["inputs"]) ? log["inputs"] : undefined,
    messages: Array.isArray(log["messages"]) ? messagesOf(log["messages"]) : undefined,
    output: text(log["output"]),
    outputMessage: message,
    toolCalls: message?.toolCalls,
    error: text(log["error"]),
    endedAt,
    latencyMs,
  };
  const { parameters } = ofProvider;
  const trace: Trace = {
    ...ofProvider,
    ...(parameters === undefined ? {} : { parameters: withNumbers(parameters) }),
    ...defined(fields),
    traceId: text(log["id"]) ?? derivedId("log", `${span.traceId}-${span.spanId}`),
    startedAt,
    ...(Object.keys(other).length === 0 ? {} : { other }),
  };
  return { trace, file, ...(called === undefined ? {} : { promptPath: path }) };
}

/** The client sends attributes as strings. */
function withNumbers(parameters: JsonObject): JsonObject {
  const numberOf = (value: JsonValue) =>
    typeof value === "string" && /^-?\d+(\.\d+)?(e-?\d+)?$/i.test(value) ? Number(value) : value;
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, numberOf(value)]));
}

function attributesOf(details: JsonObject): JsonObject {
  const flow = details["flow"];
  const attributes = isJsonObject(flow) ? flow["attributes"] : details["attributes"];
  return isJsonObject(attributes) ? attributes : {};
}

/** Flattening drops the content key of a message without content. */
function withoutEmpty(value: JsonValue): JsonValue {
  return isJsonObject(value) && typeof value["role"] === "string" ? { content: null, ...value } : value;
}

function defined(fields: Readonly<Record<string, unknown>>): Partial<Trace> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/**
 * Rebuilds the object that the client flattened to `prefix.inputs.topic`,
 * `prefix.output_message.tool_calls.0.id` and so on. If one key is a prefix of another, the longer wins.
 * Numeric keys make a list.
 */
function nestedAttributes(attributes: JsonObject, prefix: string): JsonObject {
  const tree: Tree = new Map();
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith(`${prefix}.`)) put(tree, key.slice(prefix.length + 1).split("."), value);
  }
  const value = plain(tree);
  return isJsonObject(value) ? value : {};
}

type Tree = Map<string, Tree | { readonly leaf: JsonValue }>;

function put(tree: Tree, path: readonly string[], leaf: JsonValue): void {
  let branch = tree;
  for (const part of path.slice(0, -1)) {
    const found = branch.get(part);
    const next = found instanceof Map ? found : new Map();
    branch.set(part, next);
    branch = next;
  }
  const last = path.at(-1) ?? "";
  if (!(branch.get(last) instanceof Map)) branch.set(last, { leaf });
}

function plain(tree: Tree): JsonValue {
  const entries = [...tree].map(([key, value]): readonly [string, JsonValue] => [
    key,
    value instanceof Map ? plain(value) : value.leaf,
  ]);
  if (entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key)))
    return entries.sort(([one], [other]) => Number(one) - Number(other)).map(([, value]) => value);
  return Object.fromEntries(entries.filter(([key]) => key !== "__proto__"));
}
