import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";

/** A list of `{key, value}` as an object; of equal keys the last counts. */
export function readAttributes(list: unknown): JsonObject {
  const found: Record<string, JsonValue> = {};
  if (!Array.isArray(list)) return found;
  for (const entry of list as readonly unknown[]) {
    if (!isJsonObject(entry) || typeof entry["key"] !== "string") continue;
    const value = readAnyValue(entry["value"]);
    if (value !== undefined && entry["key"] !== "__proto__") found[entry["key"]] = value;
  }
  return found;
}

/** An `AnyValue` of either JSON spelling; undefined for an empty one. Bytes stay base64. */
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

/** 64 bits do not fit a number; such a one stays text. */
function wholeOf(text: string): JsonValue {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

function finiteOf(text: string): number | undefined {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? value : undefined;
}
