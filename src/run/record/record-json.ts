import type { JsonObject } from "../../core/data/json.ts";
import { toCamelKeys, toSnakeKeys } from "../../core/data/key-case.ts";

/** Keys whose values belong to the user or to another format, and are kept as they are. */
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
  // Their keys are the user's own names; the specs under them are ours.
  "models.*",
  "modules",
  "variables",
  "attributes",
  "details",
  // Causes of failed and refused reflections, by name.
  "refused",
  "failed",
]);

/** A plan, record or event as it is written to disk: snake_case keys, `undefined` left out. */
export function toRecordJson(value: object): JsonObject {
  return toSnakeKeys(value, opaque) as JsonObject;
}

/** The inverse of `toRecordJson`. */
export function fromRecordJson(json: JsonObject): JsonObject {
  return toCamelKeys(json, opaque) as JsonObject;
}
