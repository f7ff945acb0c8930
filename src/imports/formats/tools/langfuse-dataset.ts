import { isJsonObject, type JsonValue } from "../../../core/data/json.ts";
import { withCarried } from "../../../datasets/manage/export/carried-members.ts";
import { eachValue, type ImportFormat, type Part } from "../../import-format.ts";
import { leftovers, objectMember, textMember, valueIn } from "../../json-members.ts";

const members = new Set(
  "input expectedOutput expected_output metadata sourceTraceId source_trace_id".split(" "),
);

/** Items of a Langfuse dataset: `{input, expectedOutput, metadata, sourceTraceId}`. */
export const langfuseDataset: ImportFormat = {
  name: "langfuse-dataset",
  summary: "Langfuse dataset items: JSON, JSON Lines and CSV",
  recognizes: (value) =>
    isJsonObject(value) &&
    "input" in value &&
    ("expectedOutput" in value || ("expected_output" in value && "source_trace_id" in value)) &&
    // Goldens of DeepEval.
    !["actualOutput", "retrievalContext", "sourceFile", "expectedTools"].some((name) => name in value),
  read: eachValue("langfuse-dataset", (value) => [partOf(value)]),
};

function partOf(value: JsonValue): Part {
  if (!isJsonObject(value)) return { problem: "an item is an object with input and expectedOutput" };
  const input = valueIn(value, "input");
  if (input === undefined) return { problem: "input is missing" };
  const expected = valueIn(value, "expectedOutput", "expected_output");
  const traceId = textMember(value, "sourceTraceId", "source_trace_id");
  const other = leftovers("langfuse", value, members);
  const tags = objectMember(value, "metadata");
  return {
    record: withCarried({
      inputs: isJsonObject(input) ? input : { input },
      ...(expected === undefined ? {} : { expectations: { expected_response: unwrappedAnswer(expected) } }),
      ...(tags === undefined ? {} : { tags }),
      ...(traceId === undefined ? {} : { source: { type: "trace", traceId } }),
      ...(other === undefined ? {} : { other }),
    }),
  };
}

/** Keys of the answer in LangSmith's traces and in the documentation of both tools. */
const wrappers: ReadonlySet<string> = new Set(["output", "answer"]);

/** Unwraps an object that contains only an answer. Any other object is the expected answer itself. */
export function unwrappedAnswer(expected: JsonValue): JsonValue {
  const [only, ...others] = Object.entries(isJsonObject(expected) ? expected : {});
  return only !== undefined && others.length === 0 && wrappers.has(only[0]) ? only[1] : expected;
}
