import type { JsonValue } from "./json.ts";

/**
 * Copies plain JSON with `camelCase` keys as `snake_case` at every depth, without undefined members. A key that
 * is not camelCase (a file name, `#0`) stays as it is.
 *
 * `opaque` lists the keys, in camelCase, whose values belong to the user (inputs, options) and are copied
 * unchanged. `models.*` means that the direct keys of `models` are names, while their values are converted.
 */
export function toSnakeKeys(value: unknown, opaque: ReadonlySet<string>): JsonValue {
  return mapKeys(value, { opaque, rename: snakeCase, camelName: (key) => key });
}

/** The inverse: `snake_case` keys as `camelCase`. `opaque` lists keys in camelCase here too. */
export function toCamelKeys(value: unknown, opaque: ReadonlySet<string>): JsonValue {
  return mapKeys(value, { opaque, rename: camelCase, camelName: camelCase });
}

interface Mapping {
  readonly opaque: ReadonlySet<string>;
  readonly rename: (key: string) => string;
  readonly camelName: (key: string) => string;
}

function mapKeys(value: unknown, mapping: Mapping): JsonValue {
  return mapMembers(value, mapping.rename, (key, member) => {
    const name = mapping.camelName(key);
    if (mapping.opaque.has(name)) return member as JsonValue;
    if (!mapping.opaque.has(`${name}.*`)) return mapKeys(member, mapping);
    return mapMembers(
      member,
      (kept) => kept,
      (_, inner) => mapKeys(inner, mapping),
    );
  });
}

function mapMembers(
  value: unknown,
  rename: (key: string) => string,
  map: (key: string, member: unknown) => JsonValue,
): JsonValue {
  if (Array.isArray(value)) return value.map((item) => mapMembers(item, rename, map));
  if (!isObject(value)) return value as JsonValue;
  const mapped: Record<string, JsonValue> = {};
  for (const key of Object.keys(value)) {
    const member = value[key];
    // Runs for every call's event, and most values have no keys to convert.
    if (member !== undefined)
      setMember(mapped, rename(key), isObject(member) ? map(key, member) : (member as JsonValue));
  }
  return mapped;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Object.fromEntries takes several times as long, and a plain assignment would lose the key `__proto__`. */
function setMember(target: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key !== "__proto__") target[key] = value;
  else Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

const capital = /[A-Z]/;

/** Renamed before. Every call's event has the same few keys; a record may have any number of others. */
const renamed = new Map<string, string>();
const mostRenamed = 1000;

function snakeCase(key: string): string {
  const known = renamed.get(key);
  if (known !== undefined) return known;
  const name = !capital.test(key) || !/^[a-z][A-Za-z0-9]*$/.test(key) ? key : snakeCaseOf(key);
  if (renamed.size < mostRenamed) renamed.set(key, name);
  return name;
}

function snakeCaseOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelCase(key: string): string {
  if (!/^[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*$/.test(key)) return key;
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
