import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { Trace } from "../../core/trace.ts";

export interface OtlpEvent {
  readonly name: string;
  readonly attributes: JsonObject;
}

/** A parsed span: attributes are plain JSON, times are ISO 8601, ids are hexadecimal. */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly latencyMs?: number;
  readonly attributes: JsonObject;
  readonly events: readonly OtlpEvent[];
  /** Set if the status of the span is an error; empty if it has no message. */
  readonly failure?: string;
  /** Attributes of the process that created the span. */
  readonly resource: JsonObject;
  /** Name of the instrumentation. */
  readonly scope: string;
}

/** Reads the trace fields of a span by one naming convention; empty if the span does not use it. */
export type Convention = (span: OtlpSpan) => Partial<Trace>;

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
  const traceId = idOf(span["traceId"] ?? span["trace_id"], 16);
  const spanId = idOf(span["spanId"] ?? span["span_id"], 8);
  if (traceId === undefined) return "the trace id must be 16 bytes and not all zero";
  if (spanId === undefined) return "the span id must be 8 bytes and not all zero";
  const startedMs = millisecondsOf(span["startTimeUnixNano"] ?? span["start_time_unix_nano"]);
  if (startedMs === undefined) return "the start time is missing";
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

/** OTLP's JSON uses hexadecimal ids. Some exporters write base64, as protobuf's JSON does for bytes. */
function idOf(value: JsonValue | undefined, bytes: number): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  const text = value.replace(/^0x/, "").toLowerCase();
  const isHex = text.length === bytes * 2 && /^[0-9a-f]+$/.test(text);
  const hex = isHex ? text : Buffer.from(value, "base64").toString("hex");
  return hex.length === bytes * 2 && !/^0+$/.test(hex) ? hex : undefined;
}

const latestMs = 8.64e15;

/** Precise to the microsecond, because a number cannot represent current nanoseconds. */
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

/** Converts a list of `{key, value}` to an object. The last of equal keys counts. */
function readAttributes(list: unknown): JsonObject {
  const found: Record<string, JsonValue> = {};
  if (!Array.isArray(list)) return found;
  for (const entry of list as readonly unknown[]) {
    if (!isJsonObject(entry) || typeof entry["key"] !== "string") continue;
    const value = readAnyValue(entry["value"]);
    if (value !== undefined && entry["key"] !== "__proto__") found[entry["key"]] = value;
  }
  return found;
}

/** Reads an `AnyValue` in either JSON spelling; undefined if it is empty. Bytes stay base64. */
function readAnyValue(value: unknown): JsonValue | undefined {
  if (!isJsonObject(value)) return undefined;
  const member = (camel: string, snake: string) => value[camel] ?? value[snake];
  const text = member("stringValue", "string_value") ?? member("boolValue", "bool_value");
  if (text !== undefined) return text;
  const whole = member("intValue", "int_value");
  if (whole !== undefined) return typeof whole === "string" ? wholeOf(whole) : whole;
  const double = member("doubleValue", "double_value");
  if (double !== undefined) return typeof double === "string" ? (finiteOf(double) ?? double) : double;
  const list = member("arrayValue", "array_value");
  if (isJsonObject(list)) {
    const values = Array.isArray(list["values"]) ? (list["values"] as readonly unknown[]) : [];
    return values.map((item) => readAnyValue(item) ?? null);
  }
  const pairs = member("kvlistValue", "kvlist_value");
  if (isJsonObject(pairs)) return readAttributes(pairs["values"]);
  return member("bytesValue", "bytes_value");
}

/** Integers beyond the safe range stay text. */
function wholeOf(text: string): JsonValue {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

function finiteOf(text: string): number | undefined {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? value : undefined;
}
