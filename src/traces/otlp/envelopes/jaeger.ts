import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { createSpan } from "../create-span.ts";
import type { OtlpEvent, OtlpSpan } from "../otlp-span.ts";
import { type Envelope, noTelemetry, type Telemetry } from "./envelope.ts";

/** Jaeger's UI and API: one trace, or `{data: [trace, …]}`. Times are microseconds. */
export const jaeger: Envelope = {
  name: "Jaeger",
  recognizes: (document) => {
    const traces = tracesIn(document);
    return traces.length > 0 && traces.every(isTrace);
  },
  read(document) {
    const all = tracesIn(document).map(readTrace);
    return {
      ...noTelemetry,
      spans: all.flatMap(({ spans }) => spans),
      problems: all.flatMap(({ problems }) => problems),
    };
  },
};

function tracesIn(document: JsonObject): readonly JsonValue[] {
  return Array.isArray(document["data"]) ? document["data"] : [document];
}

function isTrace(trace: JsonValue): boolean {
  if (!isJsonObject(trace) || !Array.isArray(trace["spans"]) || !isJsonObject(trace["processes"]))
    return false;
  const spans: readonly JsonValue[] = trace["spans"];
  return (
    typeof trace["traceID"] === "string" ||
    spans.some((span) => isJsonObject(span) && typeof span["spanID"] === "string")
  );
}

function readTrace(trace: JsonValue, at: number): Pick<Telemetry, "spans" | "problems"> {
  const spans: OtlpSpan[] = [];
  const problems: { place: string; message: string }[] = [];
  if (!isJsonObject(trace)) return { spans, problems };
  const processes = isJsonObject(trace["processes"]) ? trace["processes"] : {};
  listOf(trace["spans"]).forEach((span, spanAt) => {
    const read = isJsonObject(span) ? readSpan(span, processes) : "not an object";
    if (typeof read !== "string") spans.push(read);
    else problems.push({ place: `data[${at}].spans[${spanAt}]`, message: read });
  });
  return { spans, problems };
}

function readSpan(span: JsonObject, processes: JsonObject): OtlpSpan | string {
  const tags = readTags(span["tags"]);
  const owner = processes[String(span["processID"])] ?? span["process"];
  const startedMs = millisecondsOf(span["startTime"]);
  const lengthUs = Number(span["duration"]);
  const { error, "otel.status_code": code, "otel.status_description": message, ...attributes } = tags;
  const isFailed = error === true || error === "true" || code === "ERROR";
  const scope = tags["otel.scope.name"] ?? tags["otel.library.name"];
  return createSpan({
    traceId: padded(span["traceID"], 32),
    spanId: padded(span["spanID"], 16),
    parentSpanId: padded(parentOf(span), 16),
    name: span["operationName"],
    startedMs,
    endedMs: startedMs === undefined || !Number.isFinite(lengthUs) ? undefined : startedMs + lengthUs / 1000,
    status: isFailed ? { code: 2, ...(message === undefined ? {} : { message }) } : undefined,
    attributes,
    events: listOf(span["logs"]).filter(isJsonObject).map(eventOf),
    resource: resourceOf(owner),
    scope: typeof scope === "string" ? scope : "",
  });
}

function parentOf(span: JsonObject): JsonValue | undefined {
  const parent = listOf(span["references"])
    .filter(isJsonObject)
    .find(({ refType, traceID }) => refType === "CHILD_OF" && traceID === span["traceID"]);
  return parent?.["spanID"] ?? span["parentSpanID"];
}

/** Jaeger leaves out zeros at the start of an id. */
function padded(id: JsonValue | undefined, digits: number): JsonValue | undefined {
  return typeof id === "string" && /^[0-9a-f]+$/i.test(id) ? id.padStart(digits, "0") : undefined;
}

function millisecondsOf(value: JsonValue | undefined): number | undefined {
  const ms = Number(value) / 1000;
  return (typeof value === "number" || typeof value === "string") && ms > 0 && ms < 8.64e15 ? ms : undefined;
}

/** The log of an event has its name as the field `event` (or `message`). */
function eventOf(log: JsonObject): OtlpEvent {
  const { event, ...attributes } = readTags(log["fields"]);
  const name = event ?? attributes["message"];
  return { name: typeof name === "string" ? name : "", attributes };
}

function resourceOf(owner: JsonValue | undefined): JsonObject {
  if (!isJsonObject(owner)) return {};
  const { serviceName } = owner;
  const tags = readTags(owner["tags"]);
  return typeof serviceName === "string" ? { "service.name": serviceName, ...tags } : tags;
}

/** `[{key, type, value}]`. Lists are JSON texts, which the conventions unpack; long integers may be texts. */
function readTags(list: JsonValue | undefined): JsonObject {
  const entries = listOf(list)
    .filter(isJsonObject)
    .flatMap(({ key, type, value }): [string, JsonValue][] => {
      if (typeof key !== "string" || key === "__proto__" || value === undefined) return [];
      if (typeof value === "object") return [];
      const isNumber = type === "int64" || type === "float64";
      const number = Number(value);
      return [[key, isNumber && Number.isSafeInteger(Math.trunc(number)) ? number : value]];
    });
  return Object.fromEntries(entries);
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
