import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { objectsOf } from "../../bodies/native-parts.ts";
import { eachValue, type ImportFormat, type Part } from "../../import-format.ts";
import { leftovers, objectMember } from "../../json-members.ts";
import { unwrappedAnswer } from "./langfuse-dataset.ts";

const members = new Set(["input", "output", "metadata"]);
const columnName = /^(input|output|metadata)_(.+)$/;

/**
 * Examples of a Phoenix dataset: the server's `{data: {examples: [{id, input, output, metadata}]}}`, single examples,
 * and the CSV download with the columns `example_id`, `input_…`, `output_…` and `metadata_…`. The output of an example
 * is the expected answer.
 * https://arize.com/docs/phoenix/datasets-and-experiments
 */
export const phoenixDataset: ImportFormat = {
  name: "phoenix-dataset",
  summary: "Phoenix dataset examples: JSON, JSON Lines and CSV",
  recognizes: (value) =>
    isJsonObject(value) && (examplesIn(value) !== undefined || isExample(value) || isPhoenixTable(value)),
  read: eachValue("phoenix-dataset", parts),
};

/** True for a row of the CSV download. */
export function isPhoenixTable(value: JsonObject): boolean {
  const kinds = Object.keys(value).map((name) => columnName.exec(name)?.[1]);
  return "example_id" in value && kinds.includes("input");
}

function isExample(value: JsonObject): boolean {
  const isSided = [value["input"], value["output"], value["metadata"]].every(isJsonObject);
  return isSided && "updated_at" in value && ("id" in value || "node_id" in value);
}

function examplesIn(value: JsonObject): readonly JsonObject[] | undefined {
  const examples = isJsonObject(value["data"]) ? value["data"]["examples"] : undefined;
  return Array.isArray(examples) ? objectsOf(examples) : undefined;
}

function* parts(value: JsonValue): Generator<Part> {
  if (!isJsonObject(value)) yield { problem: "an example is an object with input and output" };
  else {
    const listed = examplesIn(value);
    for (const example of listed ?? [value])
      yield isPhoenixTable(example) ? tablePart(example) : examplePart(example);
  }
}

function examplePart(value: JsonObject): Part {
  const inputs = objectMember(value, "input");
  if (inputs === undefined || Object.keys(inputs).length === 0)
    return { problem: "input is missing or not an object of variables" };
  return recordPart(inputs, objectMember(value, "output"), objectMember(value, "metadata"), value, members);
}

function tablePart(value: JsonObject): Part {
  const side = (wanted: string): JsonObject =>
    Object.fromEntries(
      Object.entries(value).flatMap(([name, cell]): [string, JsonValue][] => {
        const [, kind, rest] = columnName.exec(name) ?? [];
        return kind === wanted && rest !== undefined && cell !== "" ? [[rest, cell]] : [];
      }),
    );
  const inputs = side("input");
  if (Object.keys(inputs).length === 0) return { problem: "no input_… column has a value" };
  const taken = new Set(Object.keys(value).filter((name) => columnName.test(name)));
  return recordPart(inputs, side("output"), side("metadata"), value, taken);
}

function recordPart(
  inputs: JsonObject,
  outputs: JsonObject | undefined,
  metadata: JsonObject | undefined,
  value: JsonObject,
  taken: ReadonlySet<string>,
): Part {
  const other = leftovers("phoenix", value, taken);
  const isAnswered = outputs !== undefined && Object.keys(outputs).length > 0;
  const tags = metadata !== undefined && Object.keys(metadata).length > 0 ? metadata : undefined;
  return {
    record: {
      inputs,
      ...(isAnswered ? { expectations: { expected_response: unwrappedAnswer(outputs) } } : {}),
      ...(tags === undefined ? {} : { tags }),
      ...(other === undefined ? {} : { other }),
    },
  };
}
