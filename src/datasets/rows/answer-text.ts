import { canonicalJson } from "../../core/data/digest.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { messageText } from "../../core/prompt/message.ts";
import { structured } from "./columns.ts";
import type { RowFault } from "./row-fault.ts";

/**
 * An answer as text: strings as they are, other values as JSON text. Undefined for null and blank strings.
 */
export function answerText(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value.trim() === "" ? undefined : value;
  return canonicalJson(value);
}

/** MLflow stores outputs that are not objects under `mlflow_wrapped`. */
const answerKeys = ["response", "output", "mlflow_wrapped"];
const loneKeys = ["text", "content"];

/**
 * Finds the answer in the recorded `outputs` of an application: a string, a chat message, or an object with
 * `response` or `output`, or with nothing but `text` or `content` (next to other keys these are fields of a
 * structured answer). Anything else becomes JSON text.
 */
export function outputText(outputs: JsonValue | undefined): string | undefined {
  if (!isJsonObject(outputs)) return answerText(outputs);
  const keys = Object.keys(outputs);
  const named = answerKeys.find((key) => Object.hasOwn(outputs, key));
  if (named !== undefined) return outputText(outputs[named]);
  if (typeof outputs.role === "string" && Object.hasOwn(outputs, "content")) return contentText(outputs);
  const [only] = keys;
  if (keys.length === 1 && only !== undefined && loneKeys.includes(only)) return contentText(outputs, only);
  return answerText(outputs);
}

function contentText(holder: JsonObject, key = "content"): string | undefined {
  const content = holder[key];
  const isParts = Array.isArray(content) && content.length > 0 && content.every(isJsonObject);
  if (!isParts) return outputText(content);
  return answerText(messageText({ role: "assistant", content: content as readonly JsonObject[] }));
}

/**
 * Everything under `expectations`, checked. `expected_response` and `expected_facts` may also be columns of
 * their own.
 */
export function rowExpectations(row: JsonObject, faults: RowFault[]): JsonObject {
  const expectations = writtenExpectations(row, faults);
  if (factList(expectations).some((fact) => typeof fact !== "string" && typeof fact !== "number")) {
    faults.push({ message: '"expected_facts" is not a list of strings' });
  }
  return expectations;
}

/** Like `rowExpectations`, without checking the facts. */
export function writtenExpectations(row: JsonObject, faults: RowFault[]): JsonObject {
  const given = structured(row.expectations);
  if (!isNothing(given) && !isJsonObject(given)) faults.push({ message: '"expectations" is not an object' });
  const nested = isJsonObject(given) ? given : {};
  const flat = Object.entries({
    expected_response: row.expected_response,
    expected_facts: structured(row.expected_facts),
  }).filter(
    (entry): entry is [string, JsonValue] => !Object.hasOwn(nested, entry[0]) && !isNothing(entry[1]),
  );
  return flat.length === 0 ? nested : { ...nested, ...Object.fromEntries(flat) };
}

/**
 * The facts that an answer must state, from a list of strings or a single string; undefined if there are
 * none.
 */
export function expectedFacts(expectations: JsonObject): readonly string[] | undefined {
  const facts = factList(expectations)
    .map(String)
    .filter((fact) => fact.trim() !== "");
  return facts.length === 0 ? undefined : facts;
}

function factList(expectations: JsonObject): readonly JsonValue[] {
  const given = expectations.expected_facts;
  if (given === undefined || given === null) return [];
  return Array.isArray(given) ? (given as readonly JsonValue[]) : [given];
}

function isNothing(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}
