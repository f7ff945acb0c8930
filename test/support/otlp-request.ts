import type { JsonObject, JsonValue } from "../../src/core/data/json.ts";

export interface SpanSketch {
  readonly attributes?: JsonObject;
  readonly events?: readonly { readonly name: string; readonly attributes?: JsonObject }[];
  readonly name?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly traceId?: string;
  readonly status?: JsonObject;
  /** Milliseconds after the first span's start. */
  readonly startMs?: number;
}

export const traceId = "5b8efff798038103d269b633813fc60c";
const startNano = 1_760_000_000_000_000_000n;

/** An `ExportTraceServiceRequest` in OTLP's JSON form, from plain attributes. */
export function otlpRequest(spans: readonly SpanSketch[], resource: JsonObject = {}): JsonValue {
  return {
    resourceSpans: [
      {
        resource: { attributes: keyValues(resource) },
        scopeSpans: [{ scope: { name: "test-instrumentation" }, spans: spans.map(spanOf) }],
      },
    ],
  };
}

function spanOf(sketch: SpanSketch, at: number): JsonObject {
  const start = startNano + BigInt((sketch.startMs ?? at) * 1_000_000);
  return {
    traceId: sketch.traceId ?? traceId,
    spanId: sketch.spanId ?? (at + 1).toString(16).padStart(16, "0"),
    ...(sketch.parentSpanId === undefined ? {} : { parentSpanId: sketch.parentSpanId }),
    name: sketch.name ?? "chat m",
    kind: 3,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + 250_000_000n),
    attributes: keyValues(sketch.attributes ?? {}),
    events: (sketch.events ?? []).map(({ name, attributes = {} }) => ({
      name,
      timeUnixNano: String(start),
      attributes: keyValues(attributes),
    })),
    ...(sketch.status === undefined ? {} : { status: sketch.status }),
  };
}

function keyValues(attributes: JsonObject): JsonObject[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: JsonValue): JsonObject {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number")
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: (value as readonly JsonValue[]).map(anyValue) } };
  return value === null ? {} : { kvlistValue: { values: keyValues(value as JsonObject) } };
}
