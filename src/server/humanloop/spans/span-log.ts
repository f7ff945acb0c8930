import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import type { Trace } from "../../../core/trace.ts";
import { messageOfRecord } from "../../../traces/message-record.ts";
import type { OtlpSpan } from "../../../traces/otlp/read-spans.ts";
import { traceOfSpan } from "../../../traces/otlp/traces-of-otlp.ts";
import { messagesOf } from "../call-request.ts";
import { derivedId } from "../derived-id.ts";
import { flowOf, toolOf } from "../log-source.ts";
import { nestedAttributes } from "./nested-attributes.ts";

/** What a span of the client's decorators says: the log, and for a prompt where it belongs. */
export interface SpanLog {
  readonly trace: Trace;
  /** Path of the prompt whose provider was called. */
  readonly promptPath?: string;
  /** What the span says of the file: a template, a tool's function. */
  readonly file: JsonObject;
}

/**
 * The log in a span: `humanloop.log.…` says what was given and came out, `humanloop.file.…` of what it is a log,
 * and on calls of a provider `gen_ai.…` has the rest. A span sent twice gives the same id.
 */
export function logOfSpan(span: OtlpSpan): SpanLog {
  const { attributes, startedAt, endedAt, latencyMs } = span;
  const file = nestedAttributes(attributes, "humanloop.file");
  const log = nestedAttributes(attributes, "humanloop.log");
  const text = (value: JsonValue | undefined) =>
    typeof value === "string" && value !== "" ? value : undefined;
  const type = text(file["type"]);
  const path = text(file["path"]) ?? span.name;
  const called = type === "prompt" ? traceOfSpan(span, undefined) : undefined;
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

/** The client sends every attribute as a text. */
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

/** A message without content has lost the key on its way. */
function withoutEmpty(value: JsonValue): JsonValue {
  return isJsonObject(value) && typeof value["role"] === "string" ? { content: null, ...value } : value;
}

function defined(fields: Readonly<Record<string, unknown>>): Partial<Trace> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
