import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";

/** Deeper values come from no instrumentation and would exhaust the stack of their readers. */
const deepest = 64;

/** Converts a list of `{key, value}` to an object. The last of equal keys counts. */
export function readAttributes(list: unknown, depth = 0): JsonObject {
  const found: Record<string, JsonValue> = {};
  if (!Array.isArray(list)) return found;
  for (const entry of list as readonly unknown[]) {
    if (!isJsonObject(entry) || typeof entry["key"] !== "string") continue;
    const value = readAnyValue(entry["value"], depth);
    if (value !== undefined && entry["key"] !== "__proto__") found[entry["key"]] = value;
  }
  return found;
}

/**
 * Reads an `AnyValue` in either JSON spelling; undefined if it is empty or nested too deeply. Bytes stay base64.
 */
export function readAnyValue(value: unknown, depth = 0): JsonValue | undefined {
  if (!isJsonObject(value) || depth > deepest) return undefined;
  const member = (camel: string, snake: string) => value[camel] ?? value[snake];
  const text = member("stringValue", "string_value") ?? member("boolValue", "bool_value");
  if (text !== undefined) return plain(text);
  const whole = member("intValue", "int_value");
  if (whole !== undefined) return typeof whole === "string" ? wholeOf(whole) : plain(whole);
  const double = member("doubleValue", "double_value");
  if (double !== undefined) return typeof double === "string" ? (finiteOf(double) ?? double) : plain(double);
  const list = member("arrayValue", "array_value");
  if (isJsonObject(list)) {
    const values = Array.isArray(list["values"]) ? (list["values"] as readonly unknown[]) : [];
    return values.map((item) => readAnyValue(item, depth + 1) ?? null);
  }
  const pairs = member("kvlistValue", "kvlist_value");
  if (isJsonObject(pairs)) return readAttributes(pairs["values"], depth + 1);
  return plain(member("bytesValue", "bytes_value"));
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

/** A value of another type than its member names is dropped unless it is a scalar. */
function plain(value: JsonValue | undefined): JsonValue | undefined {
  return typeof value === "object" ? undefined : value;
}

/** Attributes that are plain JSON already. Values nested too deeply are dropped. */
export function plainAttributes(given: unknown): JsonObject {
  if (!isJsonObject(given)) return {};
  const entries = Object.entries(given).filter(
    ([key, value]) => key !== "__proto__" && !isDeeper(value, deepest),
  );
  return Object.fromEntries(entries);
}

/** Whether a value has more levels of lists and objects than this. */
export function isDeeper(value: JsonValue, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((member: JsonValue) => isDeeper(member, levels - 1));
}
