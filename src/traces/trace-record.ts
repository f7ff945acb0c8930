import { isJsonObject, type JsonObject, type JsonValue } from "../core/data/json.ts";
import type { ChatMessage, ToolCall } from "../core/prompt/message.ts";
import type { Trace, TraceFeedback, TracePrompt, TraceUsage } from "../core/trace.ts";
import { feedbackOfRecord, feedbackRecord } from "./feedback-record.ts";
import {
  listOf,
  messageOfRecord,
  messageRecord,
  toolCallOfRecord,
  toolCallRecord,
} from "./message-record.ts";

/** How one member of a trace is written in its record. */
interface TraceField {
  readonly key: Exclude<keyof Trace, "other">;
  /** Name in the record. */
  readonly name: string;
  readonly write: (value: never) => JsonValue;
  /** Undefined for a value of another type. */
  readonly read: (value: JsonValue) => unknown;
}

type Kind<Value> = {
  readonly write: (value: Value) => JsonValue;
  readonly read: (value: JsonValue) => Value | undefined;
};

const asIs = <Value extends JsonValue>(is: (value: JsonValue) => boolean): Kind<Value> => ({
  write: (value) => value,
  read: (value) => (is(value) ? (value as Value) : undefined),
});
const text = asIs<string>((value) => typeof value === "string");
const textOrNull = asIs<string | null>((value) => typeof value === "string" || value === null);
const number = asIs<number>((value) => typeof value === "number");
const numberOrNull = asIs<number | null>((value) => typeof value === "number" || value === null);
const flag = asIs<boolean>((value) => typeof value === "boolean");
const object = asIs<JsonObject>(isJsonObject);
const anything = asIs<JsonValue>(() => true);
const message: Kind<ChatMessage> = { write: messageRecord, read: messageOfRecord };
const messages = list<ChatMessage>(messageRecord, messageOfRecord);
const toolCalls = list<ToolCall>(toolCallRecord, toolCallOfRecord);
const feedback = list<TraceFeedback>(feedbackRecord, feedbackOfRecord);
const prompt = renamed<TracePrompt>([
  ["path", "path", "string"],
  ["version", "version", "number"],
  ["versionId", "version_id", "string"],
  ["template", "template", undefined],
]);
const usage = renamed<TraceUsage>([
  ["inputTokens", "input_tokens", "number"],
  ["outputTokens", "output_tokens", "number"],
  ["reasoningTokens", "reasoning_tokens", "number"],
]);

const field = <Key extends TraceField["key"]>(
  key: Key,
  name: string,
  kind: Kind<NonNullable<Trace[Key]> | Extract<Trace[Key], null>>,
): TraceField => ({ key, name, ...kind });

/**
 * Every member of a trace, in record order. The first two lead each line, where the store reads them without
 * parsing.
 */
export const traceFields: readonly TraceField[] = [
  field("traceId", "trace_id", text),
  field("startedAt", "started_at", text),
  field("endedAt", "ended_at", text),
  field("parentId", "parent_id", text),
  field("chainId", "chain_id", text),
  field("chatId", "chat_id", text),
  field("eventId", "event_id", text),
  field("feedbackKey", "feedback_key", text),
  field("name", "name", text),
  field("prompt", "prompt", prompt),
  field("inputs", "inputs", object),
  field("messages", "messages", messages),
  field("output", "output", textOrNull),
  field("outputMessage", "output_message", message),
  field("toolCalls", "tool_calls", toolCalls),
  field("reasoning", "reasoning", text),
  field("model", "model", text),
  field("provider", "provider", text),
  field("parameters", "parameters", object),
  field("usage", "usage", usage),
  field("promptCostUsd", "prompt_cost_usd", numberOrNull),
  field("outputCostUsd", "output_cost_usd", numberOrNull),
  field("costUsd", "cost_usd", numberOrNull),
  field("finishReason", "finish_reason", text),
  field("error", "error", text),
  field("errorCode", "error_code", text),
  field("errorStatus", "error_status", number),
  field("latencyMs", "latency_ms", number),
  field("environment", "environment", text),
  field("source", "source", text),
  field("user", "user", text),
  field("metadata", "metadata", object),
  field("sourceDatapointId", "source_datapoint_id", text),
  field("sampleIndex", "sample_index", number),
  field("saved", "saved", flag),
  field("stdout", "stdout", text),
  field("providerLatencyMs", "provider_latency_ms", number),
  field("providerRequest", "provider_request", anything),
  field("providerResponse", "provider_response", anything),
  field("feedback", "feedback", feedback),
];

function list<Item>(
  write: (item: Item) => JsonValue,
  read: (value: JsonValue) => Item | undefined,
): Kind<readonly Item[]> {
  return { write: (items) => items.map(write), read: (value) => listOf(value, read) };
}

/** An object with some members renamed; the others stay. */
function renamed<Value extends object>(
  names: readonly (readonly [key: string, name: string, type: "string" | "number" | undefined])[],
): Kind<Value> {
  const nameOf = new Map(names.map(([key, name]) => [key, name]));
  const keyOf = new Map(names.map(([key, name]) => [name, key]));
  const typeOf = new Map(names.map(([, name, type]) => [name, type]));
  return {
    write: (value) =>
      Object.fromEntries(
        Object.entries(value as JsonObject)
          .filter(([, member]) => member !== undefined)
          .map(([key, member]) => [nameOf.get(key) ?? key, member]),
      ),
    read(value) {
      if (!isJsonObject(value)) return undefined;
      const members = Object.entries(value).filter(([name, member]) => member !== null || !keyOf.has(name));
      const isRead = members.every(([name, member]) => {
        const type = typeOf.get(name);
        // A foreign `versionId` must not be read as ours.
        if (type === undefined && nameOf.has(name) && !keyOf.has(name)) return false;
        return type === undefined || typeof member === type;
      });
      if (!isRead) return undefined;
      return Object.fromEntries(members.map(([name, member]) => [keyOf.get(name) ?? name, member])) as Value;
    },
  };
}

const fieldOfName: ReadonlyMap<string, TraceField> = new Map(traceFields.map((field) => [field.name, field]));

/**
 * A trace as written in files and responses: snake_case keys, messages in OpenAI's JSON format. Values of
 * `inputs`, `metadata`, `parameters` and `provider_…` are unchanged; members of `other` are at the top level.
 */
export function recordOfTrace(trace: Trace): JsonObject {
  const record: Record<string, JsonValue> = {};
  for (const { key, name, write } of traceFields) {
    const value = trace[key];
    if (value !== undefined) record[name] = write(value as never);
  }
  if (trace.other === undefined) return record;
  // Spread instead of assignment, because a member may be named __proto__.
  const others = Object.entries(trace.other).filter(([name]) => !Object.hasOwn(record, name));
  return { ...record, ...Object.fromEntries(others) };
}

/**
 * Parses a trace record; undefined if it has no id or start. Members with an unexpected type, and unknown
 * members, go to `other`. Null counts as absent where a trace cannot hold null.
 */
export function traceOfRecord(record: JsonObject): Trace | undefined {
  if (typeof record["trace_id"] !== "string" || typeof record["started_at"] !== "string") return undefined;
  const trace: Record<string, unknown> = {};
  const others: [string, JsonValue][] = [];
  for (const name of Object.keys(record)) {
    const value = record[name] as JsonValue;
    const field = fieldOfName.get(name);
    const read = field?.read(value);
    if (field !== undefined && read !== undefined) trace[field.key] = read;
    else if (field === undefined || value !== null) others.push([name, value]);
  }
  if (others.length > 0) trace["other"] = Object.fromEntries(others);
  return trace as unknown as Trace;
}

/** Removes all payloads from a trace. Metadata such as times and costs remains. */
export function withoutPayloads(trace: Trace): Trace {
  const {
    inputs: _inputs,
    messages: _messages,
    output: _output,
    outputMessage: _outputMessage,
    toolCalls: _toolCalls,
    reasoning: _reasoning,
    stdout: _stdout,
    providerRequest: _providerRequest,
    providerResponse: _providerResponse,
    other: _other,
    ...rest
  } = trace;
  return rest;
}
