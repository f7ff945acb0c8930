import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { plainAttributes } from "../any-value.ts";
import { createSpan } from "../create-span.ts";
import type { OtlpEvent, OtlpSpan } from "../otlp-span.ts";
import { type Envelope, noTelemetry, type Telemetry } from "./envelope.ts";

/** Python's `ConsoleSpanExporter` (`ReadableSpan.to_json()`): one span, ids in hexadecimal, times in ISO 8601. */
export const pythonConsole: Envelope = {
  name: "Python console exporter",
  recognizes: ({ context, attributes, start_time: start, name, kind, resource }) =>
    (String(kind).startsWith("SpanKind.") || isJsonObject(resource)) &&
    isJsonObject(context) &&
    typeof context["trace_id"] === "string" &&
    typeof context["span_id"] === "string" &&
    typeof start === "string" &&
    typeof name === "string" &&
    isJsonObject(attributes),
  read(span) {
    const context = isJsonObject(span["context"]) ? span["context"] : {};
    const status = isJsonObject(span["status"]) ? span["status"] : {};
    return only(
      createSpan({
        traceId: context["trace_id"],
        spanId: context["span_id"],
        parentSpanId: span["parent_id"],
        name: span["name"],
        startedMs: instantOf(span["start_time"]),
        endedMs: instantOf(span["end_time"]),
        status: { code: status["status_code"] ?? null, message: status["description"] ?? "" },
        attributes: plainAttributes(span["attributes"]),
        events: eventsOf(span["events"]),
        resource: resourceOf(span["resource"]),
        scope: "",
      }),
    );
  },
};

/** The console exporter of JavaScript: one span, times in microseconds. */
export const jsConsole: Envelope = {
  name: "JavaScript console exporter",
  recognizes: ({ id, traceId, timestamp, duration, attributes }) =>
    typeof id === "string" &&
    typeof traceId === "string" &&
    (typeof timestamp === "number" || typeof timestamp === "string") &&
    (typeof duration === "number" || typeof duration === "string") &&
    isJsonObject(attributes),
  read(span) {
    const parent = isJsonObject(span["parentSpanContext"]) ? span["parentSpanContext"]["spanId"] : undefined;
    const scope = [span["instrumentationScope"], span["instrumentationLibrary"]].find(isJsonObject)?.["name"];
    const startedMs = Number(span["timestamp"]) / 1000;
    const endedMs = startedMs + Number(span["duration"]) / 1000;
    const isTimed = startedMs > 0 && endedMs < 8.64e15;
    return only(
      createSpan({
        traceId: span["traceId"],
        spanId: span["id"],
        parentSpanId: parent ?? span["parentId"],
        name: span["name"],
        startedMs: isTimed ? startedMs : undefined,
        endedMs: isTimed ? endedMs : undefined,
        status: span["status"],
        attributes: plainAttributes(span["attributes"]),
        events: eventsOf(span["events"]),
        resource: resourceOf(span["resource"]),
        scope: typeof scope === "string" ? scope : "",
      }),
    );
  },
};

function only(span: OtlpSpan | string): Telemetry {
  return typeof span === "string"
    ? { ...noTelemetry, problems: [{ place: "", message: span }] }
    : { ...noTelemetry, spans: [span] };
}

function instantOf(value: JsonValue | undefined): number | undefined {
  const ms = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function eventsOf(value: JsonValue | undefined): readonly OtlpEvent[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly JsonValue[]).filter(isJsonObject).map(({ name, attributes }) => ({
    name: typeof name === "string" ? name : "",
    attributes: plainAttributes(attributes),
  }));
}

function resourceOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? plainAttributes(value["attributes"]) : {};
}
