import type { DatasetSpec } from "../../contracts/dataset-store.ts";
import type { DatasetPart, Example } from "../../core/data/example.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { answerText, expectedFacts, outputText, rowExpectations } from "./answer-text.ts";
import { columnValue, holdingColumn, structured } from "./columns.ts";
import { withoutLastTurn } from "./last-turn.ts";
import { noValue, type RowFault } from "./row-fault.ts";

/** The content of one row, before rows with equal inputs are merged. */
export interface RowContent {
  readonly inputs: JsonObject;
  readonly expectations: JsonObject;
  readonly tags: JsonObject;
  readonly sourceOutput: string | undefined;
  /** Text of the column that the config maps to `expected`. */
  readonly mappedExpected: string | undefined;
  readonly group: JsonValue | undefined;
}

/** Reads a row as configured. Adds problems to `faults`. */
export function rowContent(row: JsonObject, spec: DatasetSpec, faults: RowFault[]): RowContent {
  const { inputs, answer, toolCalls } = withoutLastTurn(rowInputs(row, spec, faults));
  const expectations = rowExpectations(row, faults);
  const mappedExpected =
    spec.expected === undefined ? undefined : answerText(columnValue(row, spec.expected));
  if (spec.expected !== undefined && mappedExpected === undefined) {
    faults.push(noValue(spec.expected, "expected"));
  }
  const group = spec.groupBy === undefined ? undefined : columnValue(row, spec.groupBy);
  return {
    inputs,
    mappedExpected,
    expectations: toolCalls === undefined ? expectations : { tool_calls: toolCalls, ...expectations },
    tags: rowTags(row),
    sourceOutput: outputText(row.outputs) ?? answer,
    group: group === null || group === "" ? undefined : group,
  };
}

function rowTags(row: JsonObject): JsonObject {
  const tags = structured(row.tags);
  if (isJsonObject(tags)) return tags;
  return tags === undefined || tags === null || tags === "" ? {} : { tags };
}

interface ExamplePlace {
  readonly id: string;
  readonly part: DatasetPart | undefined;
  readonly origin: Example["origin"];
}

export function exampleOf(content: RowContent, { id, part, origin }: ExamplePlace): Example {
  const { inputs, expectations, tags, sourceOutput, group } = content;
  const expected = content.mappedExpected ?? answerText(expectations.expected_response) ?? sourceOutput;
  const facts = expectedFacts(expectations);
  return Object.freeze({
    id,
    inputs,
    ...(expected === undefined ? {} : { expected }),
    ...(facts === undefined ? {} : { expectedFacts: facts }),
    ...(sourceOutput === undefined ? {} : { sourceOutput }),
    expectations,
    ...(group === undefined ? {} : { group }),
    tags,
    ...(part === undefined ? {} : { part }),
    origin,
  });
}

/**
 * Merges a later row with the same inputs: its outputs replace the example's, its expectations and tags are
 * added.
 */
export function mergeRow(example: Example, later: RowContent): Example {
  const merged: RowContent = {
    inputs: example.inputs,
    mappedExpected: later.mappedExpected,
    expectations: { ...example.expectations, ...later.expectations },
    tags: { ...example.tags, ...later.tags },
    sourceOutput: later.sourceOutput ?? example.sourceOutput,
    group: example.group ?? later.group,
  };
  return exampleOf(merged, { id: example.id, part: example.part, origin: example.origin });
}

/** Columns of a flat row that have a fixed meaning and are therefore not inputs. */
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
 * The template variables of a row: mapped columns, else its `inputs`, else its flat columns. Adds problems to
 * `faults`.
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
    faults.push({ message: '"inputs" is not an object of variables' });
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
  return values.every(isBlank)
    ? [{ message: `every input is blank: ${Object.keys(inputs).join(", ")}` }]
    : [];
}
