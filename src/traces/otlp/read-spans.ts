import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { readAttributes } from "./any-value.ts";
import type { OtlpEvent, OtlpSpan } from "./otlp-span.ts";

/** Something of a request that is no span, with its place. */
export interface OtlpProblem {
  /** `resourceSpans[0].scopeSpans[0].spans[3]` */
  readonly place: string;
  readonly message: string;
}

/** The spans of an `ExportTraceServiceRequest` as JSON, in either spelling of its keys. */
export function readSpans(json: JsonValue): {
  readonly spans: readonly OtlpSpan[];
  readonly problems: readonly OtlpProblem[];
} {
  const spans: OtlpSpan[] = [];
  const problems: OtlpProblem[] = [];
  const groups = isJsonObject(json) ? listIn(json, "resourceSpans", "resource_spans") : undefined;
  if (groups === undefined) {
    return { spans, problems: [{ place: "", message: "there is no list resourceSpans" }] };
  }
  groups.forEach((group, at) => {
    const place = `resourceSpans[${at}]`;
    if (!isJsonObject(group)) {
      problems.push({ place, message: "it is no object" });
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

/** A span, or why it is none. */
function readSpan(span: JsonValue, resource: JsonObject, scope: string): OtlpSpan | string {
  if (!isJsonObject(span)) return "it is no object";
  const traceId = idOf(span["traceId"] ?? span["trace_id"], 16);
  const spanId = idOf(span["spanId"] ?? span["span_id"], 8);
  if (traceId === undefined) return "its trace id is not 16 bytes, or all zero";
  if (spanId === undefined) return "its span id is not 8 bytes, or all zero";
  const startedMs = millisecondsOf(span["startTimeUnixNano"] ?? span["start_time_unix_nano"]);
  if (startedMs === undefined) return "it has no start time";
  const endedMs = millisecondsOf(span["endTimeUnixNano"] ?? span["end_time_unix_nano"]);
  const parentSpanId = idOf(span["parentSpanId"] ?? span["parent_span_id"], 8);
  const failure = failureOf(span["status"]);
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name: typeof span["name"] === "string" ? span["name"] : "",
    startedAt: new Date(Math.round(startedMs)).toISOString(),
    ...(endedMs === undefined || endedMs < startedMs
      ? {}
      : {
          endedAt: new Date(Math.round(endedMs)).toISOString(),
          latencyMs: Math.round((endedMs - startedMs) * 1000) / 1000,
        }),
    attributes: readAttributes(span["attributes"]),
    events: readEvents(span["events"]),
    ...(failure === undefined ? {} : { failure }),
    resource,
    scope,
  };
}

function readEvents(events: JsonValue | undefined): readonly OtlpEvent[] {
  if (!Array.isArray(events)) return [];
  return (events as readonly JsonValue[]).filter(isJsonObject).map((event) => ({
    name: typeof event["name"] === "string" ? event["name"] : "",
    attributes: readAttributes(event["attributes"]),
  }));
}

/** OTLP's JSON writes ids in hexadecimal; others wrote the base64 that protobuf's JSON has for bytes. */
function idOf(value: JsonValue | undefined, bytes: number): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  const text = value.replace(/^0x/, "").toLowerCase();
  const isHex = text.length === bytes * 2 && /^[0-9a-f]+$/.test(text);
  const hex = isHex ? text : Buffer.from(value, "base64").toString("hex");
  return hex.length === bytes * 2 && !/^0+$/.test(hex) ? hex : undefined;
}

const latestMs = 8.64e15;

/** To the microsecond: a number does not hold the nanoseconds of today. */
function millisecondsOf(value: JsonValue | undefined): number | undefined {
  const isWhole = typeof value === "string" && /^\d{1,20}$/.test(value);
  const milliseconds = isWhole
    ? Number(BigInt(value) / 1000n) / 1000
    : typeof value === "number"
      ? value / 1e6
      : Number.NaN;
  return milliseconds > 0 && milliseconds < latestMs ? milliseconds : undefined;
}

function failureOf(status: JsonValue | undefined): string | undefined {
  if (!isJsonObject(status)) return undefined;
  const { code, message } = status;
  if (code !== 2 && code !== "2" && code !== "STATUS_CODE_ERROR" && code !== "ERROR") return undefined;
  return typeof message === "string" ? message : "";
}

function listIn(object: JsonObject, camel: string, snake: string): readonly JsonValue[] | undefined {
  const value = object[camel] ?? object[snake];
  return Array.isArray(value) ? value : undefined;
}
