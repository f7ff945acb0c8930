import type { JsonObject } from "../core/json.ts";
import { toCamelKeys, toSnakeKeys } from "../core/key-case.ts";

/** Keys whose values belong to the user or another format and are kept as they are. */
const opaque: ReadonlySet<string> = new Set([
  "texts",
  "inputs",
  "template",
  "options",
  "tools",
  "tags",
  "responseFormat",
  "toolChoice",
  "other",
  "providerOptions",
  "models",
  "variables",
  "attributes",
]);

/** A plan, record or event as it is written to disk: snake_case keys, `undefined` left out. */
export function toRecordJson(value: object): JsonObject {
  const { models, ...rest } = value as { readonly models?: Readonly<Record<string, object>> };
  const json = toSnakeKeys(JSON.parse(JSON.stringify(rest)), opaque) as JsonObject;
  if (models === undefined) return json;
  // The keys of `models` are the user's own names; the specs under them are ours.
  const specs = Object.entries(models).map(([key, spec]) => [key, toRecordJson(spec)] as const);
  return { ...json, models: Object.fromEntries(specs) };
}

/** The inverse of `toRecordJson`. */
export function fromRecordJson(json: JsonObject): JsonObject {
  const { models, ...rest } = json;
  const value = toCamelKeys(rest, opaque) as JsonObject;
  if (models === undefined) return value;
  const specs = Object.entries(models as JsonObject).map(([key, spec]) => [
    key,
    fromRecordJson(spec as JsonObject),
  ]);
  return { ...value, models: Object.fromEntries(specs) as JsonObject };
}
