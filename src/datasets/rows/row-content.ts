import type { DatasetSpec } from "../../contracts/dataset-reader.ts";
import type { DatasetPart, Example } from "../../core/data/example.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { answerText, outputText } from "./answer-text.ts";
import { columnValue } from "./columns.ts";
import { withoutLastTurn } from "./last-turn.ts";
import { expectedFacts, rowExpectations } from "./row-expectations.ts";
import { noValue, type RowFault } from "./row-fault.ts";
import { rowInputs } from "./row-inputs.ts";
import { structured } from "./structured.ts";

/** What one row says, before rows with equal inputs are made one. */
export interface RowContent {
  readonly inputs: JsonObject;
  readonly expectations: JsonObject;
  readonly tags: JsonObject;
  readonly sourceOutput: string | undefined;
  /** Text of the column that the config names as `expected`. */
  readonly mappedExpected: string | undefined;
  readonly group: JsonValue | undefined;
}

/** Reads a row as the config says; what is wrong with it goes to `faults`. */
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

/** A later row with the inputs of an example: its outputs replace, its expectations and tags are added. */
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
