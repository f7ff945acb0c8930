import type { DatasetSpec } from "../../contracts/dataset-store.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { columnValue, holdingColumn } from "./columns.ts";
import { noValue, type RowFault } from "./row-fault.ts";
import { structured } from "./structured.ts";

/** Columns of a flat row that have a meaning of their own, and so are no inputs. */
export const reservedColumns: readonly string[] = [
  "outputs",
  "expectations",
  "expected_response",
  "expected_facts",
  "tags",
  "source",
  "id",
];

/**
 * The template variables of a row: as mapped, else its `inputs`, else its flat columns. What is wrong
 * with them goes to `faults`.
 */
export function rowInputs(row: JsonObject, spec: DatasetSpec, faults: RowFault[]): JsonObject {
  const inputs =
    spec.inputs === undefined ? ownInputs(row, spec, faults) : mappedInputs(row, spec.inputs, faults);
  if (faults.length === 0) faults.push(...blankFault(inputs));
  return inputs;
}

function mappedInputs(
  row: JsonObject,
  mapping: Readonly<Record<string, string>>,
  faults: RowFault[],
): JsonObject {
  const inputs: [string, JsonValue][] = [];
  for (const [variable, column] of Object.entries(mapping)) {
    const value = columnValue(row, column);
    if (value === undefined || value === null) faults.push(noValue(column, `inputs.${variable}`));
    else inputs.push([variable, value]);
  }
  return Object.fromEntries(inputs);
}

function ownInputs(row: JsonObject, spec: DatasetSpec, faults: RowFault[]): JsonObject {
  const given = structured(row.inputs);
  if (isJsonObject(given)) return given;
  if (given !== undefined && given !== null && typeof given !== "string") {
    faults.push({ message: '"inputs" is no object of variables' });
  }
  return flatInputs(row, spec);
}

function flatInputs(row: JsonObject, { expected, groupBy }: DatasetSpec): JsonObject {
  const named = [expected, groupBy].filter((column) => column !== undefined);
  const taken = new Set([...reservedColumns, ...named.map((column) => holdingColumn(row, column))]);
  return Object.fromEntries(Object.entries(row).filter(([column]) => !taken.has(column)));
}

function blankFault(inputs: JsonObject): RowFault[] {
  const values = Object.values(inputs);
  if (values.length === 0) return [{ message: "no inputs" }];
  const isBlank = (value: JsonValue): boolean =>
    value === null || (typeof value === "string" && value.trim() === "");
  return values.every(isBlank) ? [{ message: `nothing in ${Object.keys(inputs).join(", ")}` }] : [];
}
