import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { readAttributes } from "./any-value.ts";
import { createSpan, millisecondsOf } from "./create-span.ts";
import type { OtlpEvent, OtlpSpan } from "./otlp-span.ts";

/** An invalid part of a request and its place. */
export interface OtlpProblem {
  /** For example `resourceSpans[0].scopeSpans[0].spans[3]`. */
  readonly place: string;
  readonly message: string;
}

/** Reads the spans of a JSON `ExportTraceServiceRequest`, with camelCase or snake_case keys. */
export function readSpans(json: JsonValue): {
  readonly spans: readonly OtlpSpan[];
  readonly problems: readonly OtlpProblem[];
} {
  const spans: OtlpSpan[] = [];
  const problems: OtlpProblem[] = [];
  const groups = isJsonObject(json) ? listIn(json, "resourceSpans", "resource_spans") : undefined;
  if (groups === undefined) {
    return { spans, problems: [{ place: "", message: "resourceSpans is missing or not a list" }] };
  }
  groups.forEach((group, at) => {
    const place = `resourceSpans[${at}]`;
    if (!isJsonObject(group)) {
      problems.push({ place, message: "not an object" });
      return;
    }
    const resource = isJsonObject(group["resource"]) ? readAttributes(group["resource"]["attributes"]) : {};
    const scopes =
      listIn(group, "scopeSpans", "scope_spans") ??
      listIn(group, "instrumentationLibrarySpans", "instrumentation_library_spans") ??
      [];
    scopes.forEach((entry, scopeAt) => {
      if (!isJsonObject(entry)) return;
      const named = [entry["scope"], entry["instrumentationLibrary"]].find(isJsonObject);
      const scope = typeof named?.["name"] === "string" ? named["name"] : "";
      (listIn(entry, "spans", "spans") ?? []).forEach((span, spanAt) => {
        const read = readSpan(span, resource, scope);
        if (typeof read !== "string") spans.push(read);
        else problems.push({ place: `${place}.scopeSpans[${scopeAt}].spans[${spanAt}]`, message: read });
      });
    });
  });
  return { spans, problems };
}

/** Returns the span, or why it is invalid. */
function readSpan(span: JsonValue, resource: JsonObject, scope: string): OtlpSpan | string {
  if (!isJsonObject(span)) return "not an object";
  return createSpan({
    traceId: span["traceId"] ?? span["trace_id"],
    spanId: span["spanId"] ?? span["span_id"],
    parentSpanId: span["parentSpanId"] ?? span["parent_span_id"],
    name: span["name"],
    startedMs: millisecondsOf(span["startTimeUnixNano"] ?? span["start_time_unix_nano"]),
    endedMs: millisecondsOf(span["endTimeUnixNano"] ?? span["end_time_unix_nano"]),
    status: span["status"],
    attributes: readAttributes(span["attributes"]),
    events: readEvents(span["events"]),
    resource,
    scope,
  });
}

function readEvents(events: JsonValue | undefined): readonly OtlpEvent[] {
  if (!Array.isArray(events)) return [];
  return (events as readonly JsonValue[]).filter(isJsonObject).map((event) => ({
    name: typeof event["name"] === "string" ? event["name"] : "",
    attributes: readAttributes(event["attributes"]),
  }));
}

function listIn(object: JsonObject, camel: string, snake: string): readonly JsonValue[] | undefined {
  const value = object[camel] ?? object[snake];
  return Array.isArray(value) ? value : undefined;
}
