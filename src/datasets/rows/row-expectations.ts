import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { RowFault } from "./row-fault.ts";
import { structured } from "./structured.ts";

/** Everything under `expectations`, checked; `expected_response` and `expected_facts` may also stand beside it. */
export function rowExpectations(row: JsonObject, faults: RowFault[]): JsonObject {
  const expectations = writtenExpectations(row, faults);
  if (factList(expectations).some((fact) => typeof fact !== "string" && typeof fact !== "number")) {
    faults.push({ message: '"expected_facts" is no list of texts' });
  }
  return expectations;
}

/** As `rowExpectations`, whatever the facts are. */
export function writtenExpectations(row: JsonObject, faults: RowFault[]): JsonObject {
  const given = structured(row.expectations);
  if (!isNothing(given) && !isJsonObject(given)) faults.push({ message: '"expectations" is no object' });
  const nested = isJsonObject(given) ? given : {};
  const flat = Object.entries({
    expected_response: row.expected_response,
    expected_facts: structured(row.expected_facts),
  }).filter(
    (entry): entry is [string, JsonValue] => !Object.hasOwn(nested, entry[0]) && !isNothing(entry[1]),
  );
  return flat.length === 0 ? nested : { ...nested, ...Object.fromEntries(flat) };
}

/** The facts an answer must state, given as a list of texts or as one text; undefined without any. */
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
