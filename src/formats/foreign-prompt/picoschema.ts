import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";

const scalars = /^(string|number|integer|boolean|null|any)$/;
const deepest = 40;

/**
 * Converts Picoschema (`name?: string, the name`; `tags(array, words): string`) to JSON Schema. JSON Schema is
 * returned unchanged. Undefined if it is neither, for example the name of a registered schema.
 */
export function picoschema(value: JsonValue | undefined, depth = 0): JsonObject | undefined {
  if (depth > deepest) return undefined;
  if (typeof value === "string") return scalar(value);
  if (!isJsonObject(value)) return undefined;
  if (
    typeof value["type"] === "string" &&
    /^(object|array|string|number|integer|boolean)$/.test(value["type"])
  )
    return value;
  // JSON Schema without a type.
  if (isJsonObject(value["properties"])) return { type: "object", ...value };
  return objectSchema(value, depth);
}

function scalar(text: string): JsonObject | undefined {
  const [type = "", ...rest] = text.split(",");
  if (!scalars.test(type.trim())) return undefined;
  const description = rest.join(",").trim();
  return {
    ...(type.trim() === "any" ? {} : { type: type.trim() }),
    ...(description === "" ? {} : { description }),
  };
}

function objectSchema(value: JsonObject, depth: number): JsonObject | undefined {
  const properties: Record<string, JsonValue> = {};
  const required: string[] = [];
  let additional: JsonValue = false;
  for (const [key, member] of Object.entries(value)) {
    const [, given = "", optional, kind, words] =
      /^([^?(]*)(\?)?(?:\(\s*(\w+)?\s*(?:,([^)]*))?\))?$/.exec(key.trim()) ?? [];
    const schema = memberSchema(kind, member, depth);
    if (schema === undefined || (given === "" && kind === undefined && key !== "(*)")) return undefined;
    const description = words?.trim();
    const whole = description ? { ...schema, description } : schema;
    if (key.trim() === "(*)") additional = schema;
    else {
      properties[given] = optional === undefined ? whole : nullable(whole);
      if (optional === undefined) required.push(given);
    }
  }
  return {
    type: "object",
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: additional,
  };
}

function memberSchema(kind: string | undefined, member: JsonValue, depth: number): JsonObject | undefined {
  if (kind === "enum") return Array.isArray(member) ? { enum: member } : undefined;
  const inner = picoschema(member, depth + 1);
  if (inner === undefined) return undefined;
  return kind === "array" ? { type: "array", items: inner } : inner;
}

function nullable(schema: JsonObject): JsonObject {
  return typeof schema["type"] === "string" ? { ...schema, type: [schema["type"], "null"] } : schema;
}
