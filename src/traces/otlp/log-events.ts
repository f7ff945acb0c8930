import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { readAnyValue, readAttributes } from "./any-value.ts";
import { createSpan, millisecondsOf } from "./create-span.ts";
import type { LeftOut } from "./left-out.ts";
import type { OtlpEvent, OtlpSpan } from "./otlp-span.ts";
import type { OtlpProblem } from "./read-spans.ts";

/** A log record about a model call, with the span that it belongs to. */
export interface LogEvent {
  /** A span of the record's ids without attributes of its own. */
  readonly span: OtlpSpan;
  readonly event: OtlpEvent;
}

const callEvents = /^gen_ai\./;

/** Reads `resourceLogs`: records named `gen_ai.…` are events of model calls; others are counted. */
export function readLogEvents(groups: readonly JsonValue[]): {
  readonly logs: readonly LogEvent[];
  readonly problems: readonly OtlpProblem[];
  readonly leftOut: readonly LeftOut[];
} {
  const logs: LogEvent[] = [];
  const problems: OtlpProblem[] = [];
  const leftOut: LeftOut[] = [];
  groups.forEach((group, at) => {
    if (!isJsonObject(group)) {
      problems.push({ place: `resourceLogs[${at}]`, message: "not an object" });
      return;
    }
    const resource = isJsonObject(group["resource"]) ? readAttributes(group["resource"]["attributes"]) : {};
    objectsIn(group, "scopeLogs", "scope_logs").forEach((entry, scopeAt) => {
      const scope = isJsonObject(entry["scope"]) ? entry["scope"]["name"] : undefined;
      const name = typeof scope === "string" ? scope : "";
      objectsIn(entry, "logRecords", "log_records").forEach((record, recordAt) => {
        const event = eventOf(record);
        if (!callEvents.test(event.name)) {
          const kind = `log records${name === "" ? "" : ` of ${name}`}`;
          leftOut.push({ count: 1, kind, reason: "no event of a model call" });
          return;
        }
        const span = spanOf(record, resource, name);
        const place = `resourceLogs[${at}].scopeLogs[${scopeAt}].logRecords[${recordAt}]`;
        if (typeof span === "string") problems.push({ place, message: span });
        else logs.push({ span, event });
      });
    });
  });
  return { logs, problems, leftOut };
}

function objectsIn(object: JsonObject, camel: string, snake: string): readonly JsonObject[] {
  const value = object[camel] ?? object[snake];
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : [];
}

/** The name is a field of the record, or an attribute in older versions. The body's members are attributes here. */
function eventOf(record: JsonObject): OtlpEvent {
  const attributes = readAttributes(record["attributes"]);
  const body = readAnyValue(record["body"]);
  const named = record["eventName"] ?? record["event_name"] ?? attributes["event.name"];
  const name = typeof named === "string" ? named : "";
  if (body === undefined) return { name, attributes };
  return { name, attributes: { ...attributes, ...(isJsonObject(body) ? body : { content: body }) } };
}

function spanOf(record: JsonObject, resource: JsonObject, scope: string): OtlpSpan | string {
  const at = [record["timeUnixNano"] ?? record["time_unix_nano"], record["observedTimeUnixNano"]]
    .map(millisecondsOf)
    .find((one) => one !== undefined);
  const span = createSpan({
    traceId: record["traceId"] ?? record["trace_id"],
    spanId: record["spanId"] ?? record["span_id"],
    parentSpanId: undefined,
    name: "",
    startedMs: at,
    endedMs: undefined,
    status: undefined,
    attributes: {},
    events: [],
    resource,
    scope,
  });
  return typeof span === "string" ? span.replace("start time", "time") : span;
}

/** Adds the events of log records to their spans. A record whose span is not among these makes a span of its own. */
export function joinLogs(spans: readonly OtlpSpan[], logs: readonly LogEvent[]): readonly OtlpSpan[] {
  const byId = new Map(spans.map((span) => [keyOf(span), span]));
  for (const { span, event } of logs) {
    const known = byId.get(keyOf(span)) ?? span;
    byId.set(keyOf(span), { ...known, events: [...known.events, event] });
  }
  return [...byId.values()];
}

/** Identifies a span. */
export function keyOf({ traceId, spanId }: OtlpSpan): string {
  return `${traceId}-${spanId}`;
}
