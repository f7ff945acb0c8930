import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import type { OtlpEvent, OtlpSpan } from "./otlp-span.ts";

/** The parts of a span as an exporter wrote them; ids and status are unchecked. */
interface SpanParts {
  readonly traceId: JsonValue | undefined;
  readonly spanId: JsonValue | undefined;
  readonly parentSpanId: JsonValue | undefined;
  readonly name: JsonValue | undefined;
  /** Milliseconds since 1970. */
  readonly startedMs: number | undefined;
  readonly endedMs: number | undefined;
  readonly status: JsonValue | undefined;
  readonly attributes: JsonObject;
  readonly events: readonly OtlpEvent[];
  readonly resource: JsonObject;
  readonly scope: string;
}

/** The span, or why its parts make none. */
export function createSpan(parts: SpanParts): OtlpSpan | string {
  const { name, startedMs, endedMs, attributes, events, resource, scope } = parts;
  const traceId = idOf(parts.traceId, 16);
  const spanId = idOf(parts.spanId, 8);
  if (traceId === undefined) return "the trace id must be 16 bytes and not all zero";
  if (spanId === undefined) return "the span id must be 8 bytes and not all zero";
  if (startedMs === undefined) return "the start time is missing";
  const isEnded = endedMs !== undefined && endedMs >= startedMs;
  return {
    traceId,
    spanId,
    name: typeof name === "string" ? name : "",
    startedAt: new Date(Math.round(startedMs)).toISOString(),
    ...(isEnded
      ? {
          endedAt: new Date(Math.round(endedMs)).toISOString(),
          latencyMs: Math.round((endedMs - startedMs) * 1000) / 1000,
        }
      : {}),
    attributes,
    events,
    ...defined({ parentSpanId: idOf(parts.parentSpanId, 8), failure: failureOf(parts.status) }),
    resource,
    scope,
  };
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

/**
 * Milliseconds of nanoseconds since 1970, precise to the microsecond, because a number cannot represent current
 * nanoseconds.
 */
export function millisecondsOf(value: JsonValue | undefined): number | undefined {
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
