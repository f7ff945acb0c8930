import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { shellWord } from "../../../core/text/shell-word.ts";
import {
  type ApiDocument,
  type ApiOperation,
  listOf,
  objectOf,
  referencedName,
  textOf,
} from "./api-document.ts";

const deepest = 4;

/** A `curl` command with the needed parameters and fields. */
export function exampleRequest(
  operation: ApiOperation,
  { schemas }: Pick<ApiDocument, "schemas">,
  server: string,
): string {
  const { method, path, parameters, body, needsKey } = operation;
  const filled = path.replace(/\{([^}]+)\}/g, (_, name: string) => placeholder(name));
  const query = parameters
    .filter(({ place, isRequired }) => place === "query" && isRequired)
    .map(({ name }) => `${encodeURIComponent(name)}=${placeholder(name)}`);
  const json = body?.bodies.find(({ type }) => type === "application/json");
  const address = `${server}${filled}${query.length === 0 ? "" : `?${query.join("&")}`}`;
  const parts = [
    `curl${method === "GET" ? "" : ` -X ${method}`} ${shellWord(address)}`,
    ...(needsKey ? ['-H "X-API-KEY: $DAO_OPT_API_KEY"'] : []),
    ...(json === undefined
      ? []
      : [
          '-H "content-type: application/json"',
          `-d ${shellWord(JSON.stringify(exampleOf(opened(json.schema, schemas), schemas), null, 2))}`,
        ]),
  ];
  return parts.join(" \\\n  ");
}

function placeholder(name: string): string {
  return name.toUpperCase().replace(/\W+/g, "_");
}

function opened(schema: JsonObject, schemas: ApiDocument["schemas"]): JsonObject {
  const name = referencedName(schema);
  return name === undefined ? schema : (schemas[name] ?? {});
}

/** A value with the needed fields of a schema; with the first field of one that needs none. */
function exampleOf(schema: JsonObject, schemas: ApiDocument["schemas"], depth = 0): JsonValue {
  const name = referencedName(schema);
  if (name !== undefined) return exampleOf(schemas[name] ?? {}, schemas, depth + 1);
  for (const key of ["example", "default", "const"]) if (schema[key] !== undefined) return schema[key];
  const [first] = [...listOf(schema["examples"]), ...listOf(schema["enum"])];
  if (first !== undefined) return first;
  const [option] = [...listOf(schema["anyOf"]), ...listOf(schema["oneOf"])];
  if (isJsonObject(option) && depth < deepest) return exampleOf(option, schemas, depth + 1);
  const parts = listOf(schema["allOf"]).map(objectOf);
  if (parts.length > 0 && depth < deepest)
    return Object.assign({}, ...parts.map((part) => exampleOf(part, schemas, depth + 1)));
  return valueOfType(schema, schemas, depth);
}

function valueOfType(schema: JsonObject, schemas: ApiDocument["schemas"], depth: number): JsonValue {
  const type = Array.isArray(schema["type"]) ? String(schema["type"][0]) : textOf(schema["type"]);
  switch (type) {
    case "string":
      return schema["format"] === "date-time" ? "2026-11-20T10:00:00Z" : "…";
    case "integer":
    case "number":
      return 1;
    case "boolean":
      return true;
    case "array":
      return isJsonObject(schema["items"]) && depth < deepest
        ? [exampleOf(schema["items"], schemas, depth + 1)]
        : [];
    default:
      return exampleObject(schema, schemas, depth);
  }
}

function exampleObject(schema: JsonObject, schemas: ApiDocument["schemas"], depth: number): JsonObject {
  const properties = Object.entries(objectOf(schema["properties"]));
  const required = listOf(schema["required"]);
  const needed = properties.filter(([name]) => required.includes(name));
  const shown = needed.length > 0 || depth > 0 ? needed : properties.slice(0, 1);
  if (depth >= deepest) return {};
  return Object.fromEntries(
    shown.map(([name, field]) => [name, exampleOf(objectOf(field), schemas, depth + 1)]),
  );
}
