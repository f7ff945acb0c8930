import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";

/** The first of these attributes that is a text, not an empty one. */
export function textIn(attributes: JsonObject, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributes[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

/** The first of these attributes that is a number, or the text of one. */
export function numberIn(attributes: JsonObject, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = attributes[name];
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) return number;
  }
  return undefined;
}

/** Structured values travel as the text of their JSON; what is no JSON is the text itself. */
export function unpacked(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== "string" || !/^\s*[[{"\-\dtfn]/.test(value)) return value;
  try {
    return JSON.parse(value) as JsonValue;
  } catch {
    return value;
  }
}

export function objectIn(attributes: JsonObject, ...names: readonly string[]): JsonObject | undefined {
  for (const name of names) {
    const value = unpacked(attributes[name]);
    if (isJsonObject(value)) return value;
  }
  return undefined;
}

export function listIn(
  attributes: JsonObject,
  ...names: readonly string[]
): readonly JsonValue[] | undefined {
  for (const name of names) {
    const value = unpacked(attributes[name]);
    if (Array.isArray(value)) return value;
  }
  return undefined;
}

/** As a text: JSON for what is none. */
export function asText(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
