import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import { parseExactJson } from "../../formats/exact-json.ts";
import { objectsOf } from "../read-pages.ts";

export interface MlflowSpanEvent {
  readonly name: string;
  readonly attributes: JsonObject;
}

/** A span with hexadecimal ids, ISO times and plain attributes: the form that readers of OTLP take. */
export interface MlflowSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly latencyMs?: number;
  readonly attributes: JsonObject;
  readonly events: readonly MlflowSpanEvent[];
  /** Set if the span's status is an error; empty if it has no message. */
  readonly failure?: string;
  readonly resource: JsonObject;
  readonly scope: string;
}

/**
 * A span of MLflow in any of its three spellings: protobuf's JSON (the server's REST: base64 ids, typed values),
 * the same with texts of JSON as values (older servers), and the Python client's `Trace.to_json()`. Undefined
 * when it has no ids or no start.
 */
export function decodeMlflowSpan(span: JsonObject): MlflowSpan | undefined {
  const context = isJsonObject(span["context"]) ? span["context"] : {};
  const traceId = idOf(span["trace_id"] ?? span["traceId"] ?? context["trace_id"], 16);
  const spanId = idOf(span["span_id"] ?? span["spanId"] ?? context["span_id"], 8);
  const startedUs = microsecondsOf(
    span["start_time_unix_nano"] ?? span["startTimeUnixNano"] ?? span["start_time"] ?? span["start_time_ns"],
  );
  if (traceId === undefined || spanId === undefined || startedUs === undefined) return undefined;
  const endedUs = microsecondsOf(
    span["end_time_unix_nano"] ?? span["endTimeUnixNano"] ?? span["end_time"] ?? span["end_time_ns"],
  );
  const isEnded = endedUs !== undefined && endedUs >= startedUs;
  return {
    traceId,
    spanId,
    name: typeof span["name"] === "string" ? span["name"] : "",
    startedAt: isoOf(startedUs),
    attributes: decodeMlflowAttributes(span["attributes"]),
    events: objectsOf(span["events"]).map((event) => ({
      name: typeof event["name"] === "string" ? event["name"] : "",
      attributes: plainAttributes(event["attributes"]),
    })),
    resource: {},
    scope: "mlflow",
    ...defined({
      parentSpanId: idOf(span["parent_span_id"] ?? span["parentSpanId"] ?? span["parent_id"], 8),
      endedAt: isEnded ? isoOf(endedUs) : undefined,
      latencyMs: isEnded ? (endedUs - startedUs) / 1000 : undefined,
      failure: failureOf(span),
    }),
  };
}

/** Attributes of a span as plain JSON, whichever of the three spellings they have. */
export function decodeMlflowAttributes(attributes: JsonValue | undefined): JsonObject {
  const plain = plainAttributes(attributes);
  // Only those that hold texts of JSON have a type in quotes.
  const sign = plain["mlflow.spanType"] ?? plain["mlflow.traceRequestId"];
  return typeof sign === "string" && sign.startsWith('"') ? mapOwnTexts(plain, unpacked) : plain;
}

/**
 * The span with MLflow's attributes as texts of JSON, as it sends them over OTLP: a reader that parses them gets
 * back the text `"123"`, which as it is would become a number.
 */
export function packMlflowAttributes(span: MlflowSpan): MlflowSpan {
  return { ...span, attributes: mapOwnTexts(span.attributes, (text) => JSON.stringify(text)) };
}

function plainAttributes(attributes: JsonValue | undefined): JsonObject {
  if (isJsonObject(attributes)) return attributes;
  const pairs = objectsOf(attributes).flatMap(({ key, value }) => {
    const decoded = decodeProtoValue(value);
    return typeof key === "string" && key !== "__proto__" && decoded !== undefined
      ? [[key, decoded] as const]
      : [];
  });
  return Object.fromEntries(pairs);
}

/** An `AnyValue` of protobuf's JSON, in either case of its names; undefined for an empty one. Bytes stay base64. */
function decodeProtoValue(value: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(value)) return undefined;
  const member = (snake: string, camel: string) => value[snake] ?? value[camel];
  const text = member("string_value", "stringValue") ?? member("bool_value", "boolValue");
  if (text !== undefined) return text;
  const whole = member("int_value", "intValue");
  if (whole !== undefined) return numberOf(whole, Number.isSafeInteger);
  const double = member("double_value", "doubleValue");
  if (double !== undefined) return numberOf(double, Number.isFinite);
  const list = member("array_value", "arrayValue");
  if (isJsonObject(list)) {
    const values = Array.isArray(list["values"]) ? (list["values"] as readonly JsonValue[]) : [];
    return values.map((item) => decodeProtoValue(item) ?? null);
  }
  const pairs = member("kvlist_value", "kvlistValue");
  if (isJsonObject(pairs)) {
    return Object.fromEntries(
      objectsOf(pairs["values"]).flatMap((pair): [string, JsonValue][] =>
        typeof pair["key"] === "string" ? [[pair["key"], decodeProtoValue(pair["value"]) ?? null]] : [],
      ),
    );
  }
  return member("bytes_value", "bytesValue");
}

/** A number that a JavaScript one does not hold stays a text. */
function numberOf(value: JsonValue, isHeld: (number: number) => boolean): JsonValue {
  if (typeof value !== "string" || value.trim() === "") return value;
  const number = Number(value);
  return isHeld(number) ? number : value;
}

function mapOwnTexts(attributes: JsonObject, map: (text: string) => JsonValue): JsonObject {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      key,
      typeof value === "string" && key.startsWith("mlflow.") ? map(value) : value,
    ]),
  );
}

function unpacked(text: string): JsonValue {
  try {
    return parseExactJson(text);
  } catch {
    return text;
  }
}

/**
 * Hexadecimal out of base64, of itself, or of `0x…`, which MLflow 2 writes without leading zeros; undefined for a
 * wrong length and for all zeros.
 */
function idOf(value: JsonValue | undefined, bytes: number): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  const bare = value.replace(/^(?:0x|tr-)/, "").toLowerCase();
  const text = value.startsWith("0x") ? bare.padStart(bytes * 2, "0") : bare;
  const isHex = text.length === bytes * 2 && /^[0-9a-f]+$/.test(text);
  const hex = isHex ? text : Buffer.from(value, "base64").toString("hex");
  return hex.length === bytes * 2 && !/^0+$/.test(hex) ? hex : undefined;
}

/** Of nanoseconds, which no number holds, so they may be a text. */
function microsecondsOf(value: JsonValue | undefined): number | undefined {
  const isWhole = typeof value === "string" && /^\d{1,20}$/.test(value);
  const found = isWhole
    ? Number(BigInt(value) / 1000n)
    : typeof value === "number"
      ? value / 1000
      : Number.NaN;
  return found > 0 && found < 8.64e18 ? found : undefined;
}

function isoOf(microseconds: number): string {
  return new Date(Math.round(microseconds / 1000)).toISOString();
}

function failureOf(span: JsonObject): string | undefined {
  const status = isJsonObject(span["status"]) ? span["status"] : {};
  const code = status["code"] ?? span["status_code"];
  if (code !== 2 && !/^(?:2|STATUS_CODE_ERROR|ERROR)$/.test(String(code))) return undefined;
  const message = status["message"] ?? span["status_message"];
  return typeof message === "string" ? message : "";
}
