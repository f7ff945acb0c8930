import { Ajv, type ErrorObject, type Options, type ValidateFunction } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import { PluginError } from "../../core/errors.ts";
import { quote } from "../text/quote.ts";
import { compilePattern } from "../text/safe-pattern.ts";

/** The problems of a value, one sentence each; empty if it matches the schema. */
type Validate = (value: JsonValue) => string[];

const options: Options = {
  allErrors: true,
  verbose: true,
  logger: false,
  strict: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  code: { regExp: safeRegExp() },
};

/** Compiles a JSON Schema. Throws PluginError with `source` if it is invalid. */
export function compileSchema(schema: JsonObject, source: string): Validate {
  let validate: ValidateFunction;
  try {
    validate = createAjv(String(schema.$schema ?? "")).compile(schema);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PluginError(`json_schema: ${source} is not a usable JSON Schema: ${reason}`, {
      hint: "unknown keywords and formats are rejected; prefix your own keywords with x-",
      cause,
    });
  }
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map(describeError));
}

function createAjv(dialect: string): Ajv {
  const Dialect = dialect.includes("2020-12") ? Ajv2020 : dialect.includes("2019-09") ? Ajv2019 : Ajv;
  const ajv = new Dialect(options);
  addFormats.default(ajv);
  return ajv;
}

/** Schema patterns run on an engine without backtracking, so that no answer can make them hang. */
function safeRegExp() {
  const engine = (source: string) => {
    const compiled = compilePattern(source);
    if (!compiled.ok) throw new Error(`pattern ${quote(source)}: ${compiled.problem} (RE2 syntax)`);
    return { test: (text: string) => compiled.pattern.find(text) !== undefined };
  };
  return Object.assign(engine, { code: "safeRegExp" });
}

function describeError(error: ErrorObject): string {
  const path = error.instancePath.slice(1).replaceAll("/", ".").replaceAll("~1", "/").replaceAll("~0", "~");
  const subject = path === "" ? "the answer" : path;
  return `${subject} ${error.message ?? "is wrong"}${describeDetail(error)}`;
}

function describeDetail({ keyword, params, data }: ErrorObject): string {
  if (keyword === "enum") return `: ${JSON.stringify(params.allowedValues)}, got ${show(data)}`;
  if (keyword === "const") return `: ${JSON.stringify(params.allowedValue)}, got ${show(data)}`;
  if (keyword === "additionalProperties") return `: ${quote(String(params.additionalProperty), 60)}`;
  if (keyword === "required" || typeof data === "object") return "";
  return `, got ${show(data)}`;
}

function show(value: unknown): string {
  return typeof value === "string" ? quote(value, 80) : (JSON.stringify(value) ?? "nothing").slice(0, 80);
}
