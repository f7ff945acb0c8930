import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { withCarried } from "../../../datasets/manage/export/carried-members.ts";
import { eachValue, type ImportFormat, type Part } from "../../import-format.ts";
import { leftovers, objectMember, textMember } from "../../json-members.ts";
import { unwrappedAnswer } from "./langfuse-dataset.ts";

const members = new Set(["inputs", "outputs", "metadata", "source_run_id"]);
const columnName = /^(inputs?|outputs?|reference_outputs?)[._](.+)$/;

/**
 * Examples of a LangSmith dataset: `{inputs, outputs}` with the other members of an example, or a table with
 * columns `input_…` and `output_…`. The outputs of an example are the expected answer.
 * https://docs.langchain.com/langsmith/example-data-format
 */
export const langsmithDataset: ImportFormat = {
  name: "langsmith-dataset",
  summary: "LangSmith dataset examples: JSON, JSON Lines and CSV",
  recognizes: (value) => isJsonObject(value) && (isExample(value) || isTable(value)),
  read: eachValue("langsmith-dataset", (value) => [partOf(value)]),
};

function isExample(value: JsonObject): boolean {
  const isTheirs = "source_run_id" in value || "modified_at" in value || "attachment_urls" in value;
  return isTheirs && !("run_type" in value) && objectMember(value, "inputs") !== undefined;
}

function isTable(value: JsonObject): boolean {
  const sides = Object.keys(value).map((name) => columnName.exec(name)?.[1]?.[0]);
  return sides.includes("i") && (sides.includes("o") || sides.includes("r"));
}

function partOf(value: JsonValue): Part {
  if (!isJsonObject(value)) return { problem: "an example is an object with inputs and outputs" };
  if (!("inputs" in value) && isTable(value))
    return examplePart(value, column(value, "i"), columnOutputs(value));
  const inputs = objectMember(value, "inputs");
  if (inputs === undefined) return { problem: "inputs is missing or not an object of variables" };
  return examplePart(value, inputs, objectMember(value, "outputs"));
}

function examplePart(value: JsonObject, inputs: JsonObject, outputs: JsonObject | undefined): Part {
  const run = textMember(value, "source_run_id");
  const tags = objectMember(value, "metadata");
  const taken = new Set([...members, ...Object.keys(value).filter((name) => columnName.test(name))]);
  const other = leftovers("langsmith", value, taken);
  const isAnswered = outputs !== undefined && Object.keys(outputs).length > 0;
  return {
    record: withCarried({
      inputs,
      ...(isAnswered ? { expectations: { expected_response: unwrappedAnswer(outputs) } } : {}),
      ...(tags === undefined ? {} : { tags }),
      ...(run === undefined ? {} : { source: { type: "trace", traceId: run } }),
      ...(other === undefined ? {} : { other }),
    }),
  };
}

function columnOutputs(value: JsonObject): JsonObject {
  return { ...column(value, "o"), ...column(value, "r") };
}

function column(value: JsonObject, side: "i" | "o" | "r"): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, cell]): [string, JsonValue][] => {
      const [, prefix, rest] = columnName.exec(name) ?? [];
      return prefix?.[0] === side && rest !== undefined ? [[rest, cell]] : [];
    }),
  );
}
