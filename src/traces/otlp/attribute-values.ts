import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { isDeeper } from "./any-value.ts";

/** The first of these attributes that is a non-empty string. */
export function textIn(attributes: JsonObject, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributes[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

/** The first of these attributes that is a number or a numeric string. */
export function numberIn(attributes: JsonObject, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = attributes[name];
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) return number;
  }
  return undefined;
}

/** Parses structured values, which are transmitted as JSON text. Other text is returned unchanged. */
export function unpacked(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== "string" || !/^\s*[[{"\-\dtfn]/.test(value)) return value;
  try {
    const parsed: JsonValue = JSON.parse(value);
    return isDeeper(parsed, deepestJson) ? value : parsed;
  } catch {
    return value;
  }
}

/** Deeper JSON stays text, because its readers would exhaust the stack. */
const deepestJson = 200;

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

/** A value as text; values that are not strings become JSON. */
export function asText(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * Rebuilds a list of objects from flattened attributes `prefix.0.role`, `prefix.0.tool_calls.1.name` …. A key
 * that is a prefix of another one (`a.0` next to `a.0.b`) is omitted.
 */
export function indexedList(attributes: JsonObject, prefix: string): readonly JsonObject[] {
  const tree: Tree = new Map();
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith(`${prefix}.`)) put(tree, key.slice(prefix.length + 1).split("."), value);
  }
  const list = plain(tree);
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

type Tree = Map<string, Tree | { readonly leaf: JsonValue }>;

function put(tree: Tree, [first = "", ...rest]: readonly string[], leaf: JsonValue): void {
  if (rest.length === 0) {
    if (!(tree.get(first) instanceof Map)) tree.set(first, { leaf });
    return;
  }
  const found = tree.get(first);
  const branch = found instanceof Map ? found : new Map();
  tree.set(first, branch);
  put(branch, rest, leaf);
}

/** Objects with only numeric keys become lists, in order and without gaps. */
function plain(tree: Tree): JsonValue {
  const entries = [...tree].map(([key, value]): readonly [string, JsonValue] => [
    key,
    value instanceof Map ? plain(value) : value.leaf,
  ]);
  if (entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key))) {
    return entries.sort(([one], [other]) => Number(one) - Number(other)).map(([, value]) => value);
  }
  return Object.fromEntries(entries.filter(([key]) => key !== "__proto__"));
}
