import type { JsonObject, JsonValue } from "../../../core/data/json.ts";
import { isJsonObject } from "../../../core/data/json.ts";

/** A parameter of an operation, or a header. */
interface ApiParameter {
  readonly name: string;
  readonly place: string;
  readonly isRequired: boolean;
  readonly description: string | undefined;
  readonly schema: JsonObject;
}

/** A body by its content type. */
interface ApiBody {
  readonly type: string;
  readonly schema: JsonObject;
}

interface ApiResponse {
  readonly status: string;
  readonly description: string;
  readonly bodies: readonly ApiBody[];
}

/** One method of one path. */
export interface ApiOperation {
  /** `get-v5-prompts-id`, unique. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly group: string;
  readonly summary: string;
  readonly description: string | undefined;
  readonly parameters: readonly ApiParameter[];
  readonly body: { readonly isRequired: boolean; readonly bodies: readonly ApiBody[] } | undefined;
  readonly responses: readonly ApiResponse[];
  /** False if it works without a key on every server. */
  readonly needsKey: boolean;
}

/** The parts of an OpenAPI document that the reference shows. */
export interface ApiDocument {
  readonly description: string;
  readonly version: string;
  readonly operations: readonly ApiOperation[];
  readonly schemas: Readonly<Record<string, JsonObject>>;
}

const methods = ["get", "post", "put", "patch", "delete"];

/** Reads a document that this server generated. */
export function parseApiDocument(given: object): ApiDocument {
  const document = given as JsonObject;
  const info = objectOf(document["info"]);
  const schemas = objectOf(objectOf(document["components"])["schemas"]);
  const isKeyed = listOf(document["security"]).length > 0;
  const operations = Object.entries(objectOf(document["paths"])).flatMap(([path, item]) =>
    Object.entries(objectOf(item)).flatMap(([method, operation]) =>
      methods.includes(method) ? [operationOf(method, path, objectOf(operation), isKeyed)] : [],
    ),
  );
  return {
    description: textOf(info["description"]) ?? "",
    version: textOf(info["version"]) ?? "",
    operations,
    schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, objectOf(schema)])),
  };
}

function operationOf(method: string, path: string, given: JsonObject, isKeyed: boolean): ApiOperation {
  const [group = "other"] = listOf(given["tags"]);
  const body = given["requestBody"];
  const security = given["security"];
  return {
    id: `${method}${path}`.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, ""),
    method: method.toUpperCase(),
    path,
    group: String(group),
    summary: textOf(given["summary"]) ?? path,
    description: textOf(given["description"]),
    parameters: listOf(given["parameters"]).map(objectOf).map(parameterOf),
    body:
      body === undefined
        ? undefined
        : { isRequired: objectOf(body)["required"] === true, bodies: bodiesOf(objectOf(body)) },
    responses: Object.entries(objectOf(given["responses"])).map(([status, response]) => ({
      status,
      description: textOf(objectOf(response)["description"]) ?? "",
      bodies: bodiesOf(objectOf(response)),
    })),
    needsKey: security === undefined ? isKeyed : listOf(security).length > 0,
  };
}

function parameterOf(given: JsonObject): ApiParameter {
  const schema = objectOf(given["schema"]);
  return {
    name: textOf(given["name"]) ?? "",
    place: textOf(given["in"]) ?? "",
    isRequired: given["required"] === true,
    description: textOf(given["description"]) ?? textOf(schema["description"]),
    schema,
  };
}

function bodiesOf(given: JsonObject): readonly ApiBody[] {
  return Object.entries(objectOf(given["content"])).map(([type, content]) => ({
    type,
    schema: objectOf(objectOf(content)["schema"]),
  }));
}

export function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

export function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The name of a schema that a reference names. */
export function referencedName(schema: JsonObject): string | undefined {
  const reference = schema["$ref"];
  return typeof reference === "string" ? reference.split("/").at(-1) : undefined;
}
