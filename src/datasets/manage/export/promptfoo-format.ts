import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import type { JsonObject, JsonValue } from "../../../core/data/json.ts";
import { renderYaml } from "../../../formats/yaml/parse-yaml.ts";
import { expectedFacts } from "../../rows/answer-text.ts";
import { referenceAnswer } from "../reference-answer.ts";
import { carryingMetadata, isPlainText } from "./carried-members.ts";
import type { ExportFormat } from "./export-format.ts";
import { lineWriter, listWriter } from "./json-formats.ts";

/** Test cases for `tests: file://…` of a promptfoo config. */
export const promptfooFormat: ExportFormat = {
  summary: "promptfoo test cases",
  endings: [".yaml", ".yml", ".json", ".jsonl"],
  open({ ending }) {
    if (ending === ".json") return listWriter(testCase);
    if (ending === ".jsonl") return lineWriter(testCase);
    return { head: "", row: (record) => renderYaml([testCase(record)]), tail: "" };
  },
};

/**
 * Expected answers become assertions; recorded outputs go to the metadata, which asserts nothing. Variable
 * expansion is disabled for lists, because promptfoo would make one test per item.
 */
function testCase(record: DatasetRecord): JsonObject {
  const { inputs, outputs, expectations = {} } = record;
  const answer = referenceAnswer(record);
  const facts = expectedFacts(expectations);
  const asserts: JsonObject[] = [
    ...(answer.kind === "expected" ? [{ type: "equals", value: answer.text as string }] : []),
    ...(facts === undefined ? [] : [{ type: "icontains-all", value: facts }]),
  ];
  const metadata = {
    ...carryingMetadata(record, { outputs: true, expectations: isAsserted(expectations) }),
    ...(outputs === undefined ? {} : { source_output: outputs }),
  };
  return {
    vars: inputs,
    ...(asserts.length === 0 ? {} : { assert: asserts }),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    ...(Object.values(inputs).some(Array.isArray) ? { options: { disableVarExpansion: true } } : {}),
  };
}

/** True if the assertions cover all expectations. */
function isAsserted({ expected_response: response, expected_facts: facts, ...rest }: JsonObject): boolean {
  const isFacts = Array.isArray(facts) && facts.length > 0 && facts.every(isFact);
  return (
    Object.keys(rest).length === 0 &&
    (response === undefined || isPlainText(response)) &&
    (facts === undefined || isFacts)
  );
}

function isFact(fact: JsonValue): boolean {
  return typeof fact === "string" && fact.trim() !== "";
}
