import { isJsonObject, type JsonValue } from "../../../core/data/json.ts";
import { withCarried } from "../../../datasets/manage/export/carried-members.ts";
import { eachValue, type ImportFormat, type Part } from "../import-format.ts";
import { leftovers, objectMember, textMember, valueIn } from "../json-members.ts";

const members = new Set(
  "input expectedOutput expected_output metadata sourceTraceId source_trace_id".split(" "),
);

/** Items of a Langfuse dataset: `{input, expectedOutput, metadata, sourceTraceId}`. */
export const langfuseDataset: ImportFormat = {
  name: "langfuse-dataset",
  summary: "items of a Langfuse dataset: JSON, JSON Lines and CSV",
  recognises: (value) =>
    isJsonObject(value) &&
    "input" in value &&
    ("expectedOutput" in value || ("expected_output" in value && "source_trace_id" in value)),
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

/** Names that LangSmith's tracing and the examples of both tools' documentation put an answer under. */
const wrappers: ReadonlySet<string> = new Set(["output", "answer"]);

/** The answer in an object of nothing but an answer; any other object is itself what is expected. */
export function unwrappedAnswer(expected: JsonValue): JsonValue {
  const [only, ...others] = Object.entries(isJsonObject(expected) ? expected : {});
  return only !== undefined && others.length === 0 && wrappers.has(only[0]) ? only[1] : expected;
}
