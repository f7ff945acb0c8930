import { isJsonObject, type JsonObject, type JsonValue } from "../core/data/json.ts";
import { parseExactJson } from "../formats/exact-json.ts";
import { readPythonLiteral } from "./python-literal.ts";

/** The first of the members that is a non-empty string. */
export function textMember(object: JsonObject, ...names: readonly string[]): string | undefined {
  return names.map((name) => object[name]).find((value) => typeof value === "string" && value !== "") as
    | string
    | undefined;
}

/** The first of the members that is a number or a numeric string (as in CSV). */
export function numberMember(object: JsonObject, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = object[name];
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) return number;
  }
  return undefined;
}

/** The first of the members that is an object or JSON text of one. */
export function objectMember(object: JsonObject, ...names: readonly string[]): JsonObject | undefined {
  for (const name of names) {
    const value = parsedMember(object[name]);
    if (isJsonObject(value)) return value;
  }
  return undefined;
}

/** The first of the members that is present; JSON text is parsed. */
export function valueIn(object: JsonObject, ...names: readonly string[]): JsonValue | undefined {
  const name = names.find((one) => object[one] !== undefined && object[one] !== null && object[one] !== "");
  return name === undefined ? undefined : parsedMember(object[name]);
}

/** Parses JSON text, and Python literals (as in tables of pandas). Other strings are returned unchanged. */
export function parsedMember(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return parseExactJson(value);
  } catch {
    return readPythonLiteral(value) ?? value;
  }
}

/**
 * Converts a time to ISO 8601 in UTC: seconds, milliseconds, microseconds or nanoseconds since 1970 (by
 * magnitude), or ISO 8601, which is UTC without a zone. Undefined for anything else.
 */
export function instantOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === "number" || (typeof value === "string" && /^\d{9,}(\.\d+)?$/.test(value))) {
    const number = Number(value);
    const digits = Math.floor(Math.log10(Math.max(1, number))) + 1;
    const milliseconds =
      digits <= 11 ? number * 1000 : digits <= 14 ? number : digits <= 17 ? number / 1e3 : number / 1e6;
    return isoOf(milliseconds);
  }
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}/.test(value)) return undefined;
  const text = value.replace(/^(\d{4}-\d{2}-\d{2})[ T](.*?)( ?UTC)?$/, "$1T$2").replace(/(\.\d{3})\d+/, "$1");
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/.test(text);
  return isoOf(Date.parse(hasZone || !text.includes("T") ? text : `${text}Z`));
}

/** Milliseconds between two ISO 8601 times; undefined if one is missing. */
export function elapsedMs(startedAt: string | undefined, endedAt: string | undefined): number | undefined {
  return startedAt === undefined || endedAt === undefined
    ? undefined
    : Date.parse(endedAt) - Date.parse(startedAt);
}

/**
 * Members of an object that are not in `taken`, under the name of the tool; undefined if there are none.
 * Members with secrets, such as headers of logged requests, are removed at any depth.
 */
export function leftovers(
  tool: string,
  object: JsonObject,
  taken: ReadonlySet<string>,
): JsonObject | undefined {
  const rest = Object.entries(object).filter(
    ([name, value]) => !taken.has(name) && value !== null && value !== "" && !isSecret(name),
  );
  return rest.length === 0 ? undefined : { [tool]: withoutSecrets(Object.fromEntries(rest)) };
}

const secretName =
  /^(proxy-)?authorization$|^(set-)?cookie$|(^|[-_])api[-_]?key$|apiKey$|^(password|secret|client_secret)$/i;

function isSecret(name: string): boolean {
  return secretName.test(name);
}

/** A copy without members whose names indicate secrets. */
export function withoutSecrets(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((one: JsonValue) => withoutSecrets(one));
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(([name]) => !isSecret(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutSecrets(member)]));
}

function isoOf(milliseconds: number): string | undefined {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
