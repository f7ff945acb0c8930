import type { JsonValue } from "../../core/data/json.ts";

/** The value written as JSON text in a cell of a CSV file; any other value as it is. */
export function structured(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as JsonValue;
  } catch {
    return value;
  }
}
