import type { DatasetRecord } from "../../contracts/dataset-store.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import { isMessageList } from "../../core/prompt/message.ts";
import { columnNames, columnValue, structured } from "../../datasets/rows/columns.ts";
import { withRecordedTurn } from "../../datasets/rows/last-turn.ts";
import type { RowFault } from "../../datasets/rows/row-fault.ts";
import type { RowMapping } from "../../datasets/store/parse-record.ts";
import { recordOf, rowObject } from "../../datasets/store/read-records.ts";
import { parseSource } from "../../datasets/store/record-json.ts";
import { eachValue, type ImportFormat, type Part } from "../import-format.ts";
import { objectMember, parsedMember } from "../json-members.ts";

/** Columns of the expected answer and of the recorded answer; all others are variables. */
const expectedColumns = ["expected_response", "expected_output", "expected_answer", "expected"];
const outputColumns = ["outputs", "output"];
const named = new Set(["inputs", "outputs", "output", "expectations", "tags", "source"]);

/** Rows of a dataset: `{inputs, outputs, expectations, tags}`, or one column per variable. */
export const rows: ImportFormat = {
  name: "rows",
  summary: "rows with inputs (and outputs, expectations, tags), or with one column per variable",
  recognizes: (value) => isJsonObject(value) && objectMember(value, "inputs") !== undefined,
  read: eachValue("rows", (value) => [rowPart(value)]),
};

/**
 * Members that a line of a fine-tuning file or a log of calls has beside its messages. Any other one is a column of a
 * row.
 */
const membersOfCalls = new Set(
  (
    "messages tools tool_choice functions function_call parallel_tool_calls weight model provider temperature top_p " +
    "max_tokens max_completion_tokens stop seed n stream response_format reasoning_effort presence_penalty " +
    "frequency_penalty logit_bias logprobs user store metadata id object created created_at choices usage request " +
    "response request_body response_body body completion error trace_id session_id timestamp time date started_at " +
    "start_time latency_ms duration_ms preferred_output non_preferred_output"
  ).split(" "),
);

/** A row with a conversation in `messages` and other columns beside it, also as JSON text in a cell. */
export function hasMessagesColumn(value: JsonObject): boolean {
  const messages = structured(value["messages"]);
  return (
    isMessageList(messages) &&
    messages.length > 0 &&
    Object.entries(value).some(([name, member]) => !membersOfCalls.has(name) && isGiven(member))
  );
}

/** Rows with a column mapping, read by the same rules as `dataset merge`. */
export function mappedRows(mapping: RowMapping): ImportFormat {
  return { ...rows, read: eachValue("rows", (value) => [mappedPart(value, mapping)]) };
}

function mappedPart(value: JsonValue, mapping: RowMapping): Part {
  const faults: RowFault[] = [];
  const row = rowObject(value, faults);
  const found = row === undefined ? undefined : recordOf(row, mapping, faults);
  if (found !== undefined) return { record: found.record };
  const messages = faults.map(({ message }) => message).join("; ");
  const isMissing = faults.some(
    ({ column }) => column !== undefined && columnValue(row ?? {}, column) === undefined,
  );
  const columns = row === undefined || !isMissing ? "" : `; its columns are ${columnNames(row).join(", ")}`;
  return { problem: `${messages}${columns}` };
}

function rowPart(value: JsonValue): Part {
  if (!isJsonObject(value))
    return { problem: `a row must be an object of columns, but this is ${kindOf(value)}` };
  return "inputs" in value ? recordPart(value) : columnsPart(value);
}

function recordPart(row: JsonObject): Part {
  const inputs = objectMember(row, "inputs");
  if (inputs === undefined)
    return { problem: `inputs is ${kindOf(row["inputs"])}, not an object of variables` };
  const wrong = ["expectations", "tags"].find(
    (name) => isGiven(row[name]) && objectMember(row, name) === undefined,
  );
  if (wrong !== undefined) return { problem: `${wrong} is ${kindOf(row[wrong])}, not an object` };
  const flat = expectedColumns.find((name) => isGiven(row[name]));
  const expectations = {
    ...(flat === undefined ? {} : { expected_response: row[flat] as JsonValue }),
    ...(isGiven(row["expected_facts"]) && {
      expected_facts: parsedMember(row["expected_facts"]) as JsonValue,
    }),
    ...objectMember(row, "expectations"),
  };
  const rest = Object.entries(row).filter(
    ([name]) => !named.has(name) && !expectedColumns.includes(name) && name !== "expected_facts",
  );
  return { record: withMembers(inputs, row, expectations, Object.fromEntries(rest)) };
}

function columnsPart(row: JsonObject): Part {
  if (isGiven(row["expectations"]) && objectMember(row, "expectations") === undefined)
    return { problem: `expectations is ${kindOf(row["expectations"])}, not an object` };
  const expected = expectedColumns.find((name) => isGiven(row[name]));
  const inputs = Object.fromEntries(
    Object.entries(row).filter(([name]) => !expectedColumns.includes(name) && !named.has(name)),
  );
  if (Object.keys(inputs).length === 0) return { problem: "no column is a variable" };
  const expectations = {
    ...(expected === undefined ? {} : { expected_response: row[expected] as JsonValue }),
    ...objectMember(row, "expectations"),
  };
  return { record: withRecordedTurn(withMembers(inputs, row, expectations, {})), isFlat: true };
}

function withMembers(
  inputs: JsonObject,
  row: JsonObject,
  expectations: JsonObject,
  rest: JsonObject,
): DatasetRecord {
  const output = outputColumns.find((name) => isGiven(row[name]));
  const tags =
    objectMember(row, "tags") ?? (isGiven(row["tags"]) ? { tags: row["tags"] as JsonValue } : undefined);
  const source = parseSource(row["source"]);
  const others = source === undefined && isGiven(row["source"]) ? { ...rest, source: row["source"] } : rest;
  return {
    inputs,
    ...(output === undefined ? {} : { outputs: row[output] as JsonValue }),
    ...(Object.keys(expectations).length === 0 ? {} : { expectations }),
    ...defined({ tags, source }),
    ...(Object.keys(others).length === 0 ? {} : { other: others as JsonObject }),
  };
}

function isGiven(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && value !== "";
}

export function kindOf(value: JsonValue | undefined): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value === "string" ? "text" : typeof value}`;
}
