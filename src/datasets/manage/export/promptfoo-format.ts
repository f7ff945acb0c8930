import { stringify } from "yaml";
import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import type { JsonObject, JsonValue } from "../../../core/json.ts";
import { expectedFacts } from "../../row-expectations.ts";
import { rowAnswer } from "../row-answer.ts";
import type { ExportFormat } from "./export-format.ts";
import { lineWriter, listWriter } from "./json-formats.ts";

/** Test cases for `tests: file://…` of a promptfoo config. */
export const promptfooFormat: ExportFormat = {
  summary: "test cases of promptfoo",
  endings: [".yaml", ".yml", ".json", ".jsonl"],
  open({ ending }) {
    if (ending === ".json") return listWriter(testCase);
    if (ending === ".jsonl") return lineWriter(testCase);
    return { head: "", row: (record) => stringify([testCase(record)], { lineWidth: 0 }), tail: "" };
  },
};

/** The expected answer as an assertion; what was only recorded goes to the metadata, which asserts nothing. */
function testCase(record: DatasetRecord): JsonObject {
  const { inputs, expectations = {}, tags } = record;
  const answer = rowAnswer(record);
  const facts = expectedFacts(expectations);
  const asserts: JsonObject[] = [
    ...(answer.kind === "expected" ? [{ type: "equals", value: answer.text as string }] : []),
    ...(facts === undefined ? [] : [{ type: "icontains-all", value: facts }]),
  ];
  const metadata: Readonly<Record<string, JsonValue>> = {
    ...tags,
    ...(record.outputs === undefined ? {} : { source_output: record.outputs }),
  };
  return {
    vars: inputs,
    ...(asserts.length === 0 ? {} : { assert: asserts }),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
  };
}
