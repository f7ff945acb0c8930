import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { isMessageList } from "../../core/prompt/message.ts";
import { columnNames, columnValue } from "../../datasets/rows/columns.ts";
import type { RowFault } from "../../datasets/rows/row-fault.ts";
import type { RowMapping } from "../../datasets/store/parse-record.ts";
import { recordOf, rowObject } from "../../datasets/store/read-records.ts";
import { type ImportFormat, type ImportItem, placeIn } from "../import-format.ts";
import { objectMember, parsedMember } from "../json-members.ts";
import { readValues } from "../source/read-values.ts";
import { sampleFile } from "../source/sample-file.ts";
import { isGiven } from "./tables/answer-columns.ts";
import { planRows, type RowPlan } from "./tables/plan-rows.ts";

/** Rows of a dataset: `{inputs, outputs, expectations, tags}`, or one column per variable. */
export const rows: ImportFormat = mappedRows({});

/** Rows with a column mapping, read by the same rules as by `run` and `dataset merge`. */
export function mappedRows(mapping: RowMapping): ImportFormat {
  return {
    name: "rows",
    summary: "rows with inputs (and outputs, expectations, tags), or with one column per variable",
    recognizes: (value) => isJsonObject(value) && objectMember(value, "inputs") !== undefined,
    async *read(files): AsyncGenerator<ImportItem> {
      for (const file of files) {
        const { values } = await sampleFile(file);
        const plan = planRows(values, mapping);
        if (plan.columns !== undefined)
          yield { kind: "columns", columns: plan.columns, place: placeIn(file, undefined) };
        for await (const read of readValues(file)) {
          const place = placeIn(file, read.line);
          if ("problem" in read) yield { kind: "problem", message: read.problem, place };
          else yield { ...itemOf(read.value, read.split, plan, mapping), place };
        }
      }
    },
  };
}

type RowItem =
  | Omit<Extract<ImportItem, { readonly kind: "row" }>, "place">
  | Omit<Extract<ImportItem, { readonly kind: "problem" }>, "place">;

function itemOf(value: JsonValue, split: string | undefined, plan: RowPlan, mapping: RowMapping): RowItem {
  const faults: RowFault[] = [];
  const written = rowObject(value, faults);
  const found = written === undefined ? undefined : plan.row(written, split);
  if (found !== undefined && "problem" in found) return { kind: "problem", message: found.problem };
  const row = found?.row;
  const keyed = row === undefined ? undefined : recordOf(row, mapping, faults);
  if (keyed !== undefined) return { kind: "row", record: keyed.record };
  const messages = faults.map(({ message }) => message).join("; ");
  const isMissing = faults.some(
    ({ column }) => column !== undefined && columnValue(row ?? {}, column) === undefined,
  );
  const columns = row === undefined || !isMissing ? "" : `; its columns are ${columnNames(row).join(", ")}`;
  return { kind: "problem", message: `${messages}${columns}` };
}

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

/** Members of fine-tuning lines that are no log. */
const membersOfTuning = new Set("messages tools tool_choice functions parallel_tool_calls weight".split(" "));

/** A row with a conversation in `messages` and other columns beside it, also as text in a cell. */
export function hasMessagesColumn(value: JsonObject): boolean {
  return (
    holdsMessages(value) &&
    Object.entries(value).some(([name, member]) => !membersOfCalls.has(name) && isGiven(member))
  );
}

/** A conversation that can be a row: with other columns, or a line of a fine-tuning file. */
export function isConversationRow(value: JsonObject): boolean {
  return (
    hasMessagesColumn(value) ||
    (holdsMessages(value) && Object.keys(value).every((name) => membersOfTuning.has(name)))
  );
}

function holdsMessages(value: JsonObject): boolean {
  const messages = parsedMember(value["messages"]);
  return isMessageList(messages) && messages.length > 0;
}

export function kindOf(value: JsonValue | undefined): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value === "string" ? "text" : typeof value}`;
}
