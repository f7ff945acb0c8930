import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";

/** An input or output that a Prompty file declares. */
interface PromptyProperty {
  readonly name: string;
  readonly kind: string;
  readonly description?: string;
  readonly isRequired: boolean;
  readonly hasValue: boolean;
  /** Properties of an object, or the items of a list. */
  readonly inner?: JsonValue;
}

/** `[{name, kind}]`, `{properties: …}`, `{name: {type, sample}}` or `{name: sample}`. */
export function propertyList(value: JsonValue | undefined): readonly PromptyProperty[] {
  if (isJsonObject(value) && (Array.isArray(value["properties"]) || isJsonObject(value["properties"])))
    return propertyList(value["properties"]);
  const entries: readonly (readonly [JsonValue, JsonValue])[] = Array.isArray(value)
    ? (value as readonly JsonValue[])
        .filter(isJsonObject)
        .map((property) => [property["name"] ?? null, property] as const)
    : Object.entries(isJsonObject(value) ? value : {});
  return entries.flatMap(([name, given]) => (typeof name === "string" ? [propertyOf(name, given)] : []));
}

function propertyOf(name: string, given: JsonValue): PromptyProperty {
  if (!isJsonObject(given)) return { name, kind: "string", isRequired: false, hasValue: given !== null };
  const { kind, type, description, required, sample, default: value, properties, items } = given;
  const found = [kind, type].find((one) => typeof one === "string");
  const inner = properties ?? items;
  return {
    name,
    kind: typeof found === "string" ? found : "string",
    ...(typeof description === "string" ? { description } : {}),
    isRequired: required === true,
    hasValue: sample !== undefined || value !== undefined,
    ...(inner === undefined ? {} : { inner }),
  };
}

const types: Readonly<Record<string, string>> = { float: "number", dictionary: "object", list: "array" };

/** The JSON Schema of an object with these properties. Without a word on it, all are required. */
export function propertiesSchema(list: readonly PromptyProperty[], depth = 0): JsonObject {
  const required = list.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return {
    type: "object",
    properties: Object.fromEntries(list.map((property) => [property.name, schemaOf(property, depth)])),
    required: required.length > 0 ? required : list.map(({ name }) => name),
    additionalProperties: false,
  };
}

const deepest = 20;

function schemaOf({ kind, description, inner }: PromptyProperty, depth: number): JsonObject {
  const type = types[kind] ?? kind;
  const words = description === undefined ? {} : { description };
  if (inner === undefined || depth > deepest) return { type, ...words };
  if (type === "object") return { ...propertiesSchema(propertyList(inner), depth + 1), ...words };
  const [item] = propertyList([isJsonObject(inner) ? { ...inner, name: "item" } : { name: "item" }]);
  return { type, ...(item === undefined ? {} : { items: schemaOf(item, depth + 1) }), ...words };
}
