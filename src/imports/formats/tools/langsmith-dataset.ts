import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { withCarried } from "../../../datasets/manage/export/carried-members.ts";
import { eachValue, type ImportFormat, type Part } from "../../import-format.ts";
import { leftovers, numberMember, objectMember, textMember } from "../../json-members.ts";
import { isShare } from "../../score-feedback.ts";
import { unwrappedAnswer } from "./langfuse-dataset.ts";
import { isPhoenixTable } from "./phoenix-dataset.ts";

const members = new Set(["inputs", "outputs", "metadata", "source_run_id"]);
const columnName = /^(inputs?|outputs?|reference(?:_outputs?)?)[._](.+)$/;
const feedbackColumn = /^feedback[._](.+)$/;

/**
 * Examples of a LangSmith dataset: `{inputs, outputs}` with the other members of an example, or a table with
 * columns `input_…` and `output_…`. The outputs of an example are the expected answer. In the table of an
 * experiment, `reference…` is the expected answer and `outputs…` the recorded one.
 * https://docs.langchain.com/langsmith/example-data-format
 */
export const langsmithDataset: ImportFormat = {
  name: "langsmith-dataset",
  summary: "LangSmith dataset examples: JSON, JSON Lines and CSV",
  recognizes: (value) => isJsonObject(value) && (isExample(value) || isTable(value)),
  read: eachValue("langsmith-dataset", (value) => [partOf(value)]),
};

function isExample(value: JsonObject): boolean {
  const own = ["source_run_id", "modified_at", "attachment_urls", "dataset_id"];
  const isTheirs = own.some((name) => name in value) && !("dataset_record_id" in value);
  return isTheirs && !("run_type" in value) && objectMember(value, "inputs") !== undefined;
}

function isTable(value: JsonObject): boolean {
  if (isPhoenixTable(value)) return false;
  const sides = Object.keys(value).map((name) => columnName.exec(name)?.[1]?.[0]);
  return sides.includes("i") && (sides.includes("o") || sides.includes("r"));
}

function partOf(value: JsonValue): Part {
  if (!isJsonObject(value)) return { problem: "an example is an object with inputs and outputs" };
  if (!("inputs" in value) && isTable(value)) return tablePart(value);
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

function tablePart(value: JsonObject): Part {
  const [inputs, outputs, references] = [column(value, "i"), column(value, "o"), column(value, "r")];
  if (Object.keys(references).length === 0) return examplePart(value, inputs, outputs);
  const part = examplePart(value, inputs, references);
  const isAnswered = Object.values(outputs).some((one) => one !== "" && one !== null);
  if (!("record" in part) || !isAnswered) return part;
  return { record: { ...part.record, outputs: unwrappedAnswer(outputs), ...ratingOf(value) } };
}

/** The tag `rating` of an experiment with one score. */
function ratingOf(value: JsonObject): { readonly tags?: JsonObject } {
  const scores = Object.keys(value).filter((name) => feedbackColumn.test(name));
  const rating = scores.length === 1 ? numberMember(value, scores[0] ?? "") : undefined;
  return isShare(rating) ? { tags: { rating } } : {};
}

function column(value: JsonObject, side: "i" | "o" | "r"): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, cell]): [string, JsonValue][] => {
      const [, prefix, rest] = columnName.exec(name) ?? [];
      return prefix?.[0] === side && rest !== undefined ? [[rest, cell]] : [];
    }),
  );
}
