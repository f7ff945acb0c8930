import type { JsonObject, JsonValue } from "../core/data/json.ts";
import type { Trace } from "../core/trace.ts";
import { type TraceField, traceFields } from "./trace-fields.ts";

const fieldOfName: ReadonlyMap<string, TraceField> = new Map(traceFields.map((field) => [field.name, field]));

/**
 * A trace as files and answers hold it: snake_case keys, messages in OpenAI's own JSON. What is under
 * `inputs`, `metadata`, `parameters` and `provider_…` stays as it is; `other` stands beside the named members.
 */
export function recordOfTrace(trace: Trace): JsonObject {
  const record: Record<string, JsonValue> = {};
  for (const { key, name, write } of traceFields) {
    const value = trace[key];
    if (value !== undefined) record[name] = write(value as never);
  }
  if (trace.other === undefined) return record;
  // Spread, and not assigned: a member may be named __proto__.
  const others = Object.entries(trace.other).filter(([name]) => !Object.hasOwn(record, name));
  return { ...record, ...Object.fromEntries(others) };
}

/**
 * The way back; undefined when the record has no id or no start. A member of another kind than its name says
 * goes to `other`, with those that have no name here; null counts as absent where a trace knows no null.
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
