import { isJsonObject, type JsonValue } from "../../core/data/json.ts";

/** Keys from the root to a value; list indexes are keys too. */
export type JsonPath = readonly string[];

export interface Field {
  readonly path: JsonPath;
  readonly value: JsonValue;
}

/** `items.0.name`; the root is `answer`. */
export function pathText(path: JsonPath): string {
  return path.length === 0 ? "answer" : path.join(".");
}

/** Whether the path equals the listed one or lies below it. */
export function isUnder(path: JsonPath, listed: string): boolean {
  const text = path.join(".");
  return text === listed || text.startsWith(`${listed}.`);
}

/**
 * The leaf values of a JSON value (empty lists and objects included) with their paths, in source order. With
 * `areListsWhole`, a list is one value.
 */
export function fieldsOf(value: JsonValue, areListsWhole: boolean, path: JsonPath = []): Field[] {
  const isList = Array.isArray(value);
  if (!isList && !isJsonObject(value)) return [{ path, value }];
  const entries = Object.entries(value);
  if (entries.length === 0 || (isList && areListsWhole)) return [{ path, value }];
  return entries.flatMap(([key, item]) => fieldsOf(item as JsonValue, areListsWhole, [...path, key]));
}

/** The value at a path; undefined if there is none. */
export function valueAt(value: JsonValue, path: JsonPath): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as { readonly [key: string]: JsonValue })[key];
  }
  return at;
}

/** Paths in `value` without a counterpart in `model`: extra keys of objects, extra items of lists. */
export function extraPaths(
  value: JsonValue,
  model: JsonValue,
  areListsWhole: boolean,
  path: JsonPath = [],
): JsonPath[] {
  const areLists = Array.isArray(value) && Array.isArray(model);
  if (areLists && areListsWhole) return [];
  if (!areLists && !(isJsonObject(value) && isJsonObject(model))) return [];
  const known = model as { readonly [key: string]: JsonValue };
  return Object.entries(value).flatMap(([key, item]) =>
    Object.hasOwn(model, key)
      ? extraPaths(item as JsonValue, known[key] as JsonValue, areListsWhole, [...path, key])
      : [[...path, key]],
  );
}

/**
 * The weight of each path: 1 unless it or a parent is listed. A listed object's weight is split equally among the
 * paths below it that have no closer entry.
 */
export function fieldWeights(paths: readonly JsonPath[], listed: Readonly<Record<string, number>>): number[] {
  const closestFirst = Object.keys(listed).sort((one, other) => other.length - one.length);
  const owners = paths.map((path) => closestFirst.find((name) => isUnder(path, name)));
  const sharers = new Map<string, number>();
  for (const owner of owners) if (owner !== undefined) sharers.set(owner, (sharers.get(owner) ?? 0) + 1);
  return owners.map((owner) =>
    owner === undefined ? 1 : (listed[owner] as number) / (sharers.get(owner) as number),
  );
}
