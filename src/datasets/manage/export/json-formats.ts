import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import type { JsonObject } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import { renderJsonLine } from "../../../formats/json-lines.ts";
import { mlflowSourceJson, recordJson } from "../../store/record-json.ts";
import { referenceAnswer } from "../reference-answer.ts";
import { carryingMetadata, isPlainAnswer } from "./carried-members.ts";
import type { ExportFormat, RecordWriter } from "./export-format.ts";

/** Writes one JSON object per line. */
export function lineWriter(json: (record: DatasetRecord) => JsonObject): RecordWriter {
  return { head: "", row: (record) => renderJsonLine(json(record)), tail: "" };
}

/** Writes one JSON list with one object per line. */
export function listWriter(json: (record: DatasetRecord) => JsonObject): RecordWriter {
  const row: RecordWriter["row"] = (record, isFirst) =>
    `${isFirst ? "" : ","}\n${JSON.stringify(json(record))}`;
  return { head: "[", row, tail: "\n]\n" };
}

function jsonFormat(
  summary: string,
  endings: readonly string[],
  json: (record: DatasetRecord) => JsonObject,
  leavesOut: ExportFormat["leavesOut"] = () => [],
): ExportFormat {
  return {
    summary,
    endings,
    leavesOut,
    open: ({ ending }) => (ending === ".json" ? listWriter(json) : lineWriter(json)),
  };
}

export const jsonlFormat = jsonFormat("records, one per line", [".jsonl", ".ndjson"], recordJson);
export const jsonListFormat = jsonFormat("list of records", [".json"], recordJson);

/** The record format of `merge_records` in MLflow, which rejects other members. */
export const mlflowFormat = jsonFormat(
  "records for MLflow's merge_records, one per line",
  [".jsonl", ".json"],
  ({ inputs, outputs, expectations, tags, source }) => ({
    inputs,
    ...defined({ outputs, expectations, tags }),
    ...(source === undefined ? {} : { source: mlflowSourceJson(source) }),
  }),
  ({ source, other = {} }) => [
    ...Object.keys(other),
    ...Object.keys(source?.other ?? {}).flatMap((name) => (name === "source_data" ? [] : [`source.${name}`])),
  ],
);

/**
 * Items of an OpenAI evals data source: `{{item.…}}` is a variable, `{{sample.output_text}}` the recorded
 * answer.
 */
export const openaiEvalsFormat = jsonFormat(
  "items of an OpenAI evals data source, one per line",
  [".jsonl"],
  (record) => {
    const { inputs, expectations = {} } = record;
    const { expected_response: expected, expected_facts: facts } = expectations;
    const answer = referenceAnswer({
      inputs,
      ...(record.outputs === undefined ? {} : { outputs: record.outputs }),
    });
    return {
      item: {
        ...inputs,
        ...defined({ expected_response: expected, expected_facts: facts }),
      },
      ...(answer.text === undefined ? {} : { sample: { output_text: answer.text } }),
    };
  },
  ({ expectations = {}, tags, source, other = {} }) => [
    ...Object.keys(expectations).flatMap((name) =>
      name === "expected_response" || name === "expected_facts" ? [] : [`expectations.${name}`],
    ),
    ...(tags === undefined ? [] : ["tags"]),
    ...(source === undefined ? [] : ["source"]),
    ...Object.keys(other),
  ],
);

/** Dataset items in the format of Langfuse's API and exports. */
export const langfuseFormat = jsonFormat(
  "Langfuse dataset items, one per line",
  [".jsonl", ".json"],
  (record) => {
    const { inputs, outputs, expectations, source } = record;
    const expected = expectations?.["expected_response"] ?? expectations ?? outputs;
    const metadata = carryingMetadata(record, {
      expectations: isPlainAnswer(expectations) || expected === undefined,
      source: source?.type === "trace" && source.traceId !== undefined && source.other === undefined,
    });
    return {
      input: inputs,
      expectedOutput: expected ?? null,
      ...(metadata === undefined ? {} : { metadata }),
      ...(source?.traceId === undefined ? {} : { sourceTraceId: source.traceId }),
    };
  },
);

/** Examples in the format of LangSmith's API and exports. Their `outputs` are the reference. */
export const langsmithFormat = jsonFormat(
  "LangSmith examples, one per line",
  [".jsonl", ".json"],
  (record) => {
    const { inputs, outputs, expectations } = record;
    const expected = expectations?.["expected_response"] ?? outputs;
    const isShown = isPlainAnswer(expectations) || (expected === undefined && expectations === undefined);
    const metadata = carryingMetadata(record, { expectations: isShown });
    return {
      inputs,
      ...(expected === undefined ? {} : { outputs: { output: expected } }),
      ...(metadata === undefined ? {} : { metadata }),
      // LangSmith's exports include this member, and importers recognize examples by it. It refers to a
      // LangSmith run, so the id of a trace does not fit.
      source_run_id: null,
    };
  },
);
