import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import type { JsonObject, JsonValue } from "../../../core/data/json.ts";
import { sourceJson } from "../../store/record-source.ts";

/** A column of a table for a member of records. */
export interface MemberColumn {
  readonly name: string;
  /** Empty when the record has nothing for it. */
  cell(record: DatasetRecord): string;
}

/** Behind the variables; members without a name of their own have no column. */
export const memberColumns: readonly MemberColumn[] = [
  { name: "outputs", cell: ({ outputs }) => textCell(outputs) },
  {
    name: "expected_response",
    cell: ({ expectations }) => (hasTextAnswer(expectations) ? expectations.expected_response : ""),
  },
  {
    name: "expectations",
    cell: ({ expectations }) => {
      if (!hasTextAnswer(expectations)) return objectCell(expectations);
      const { expected_response: _own, ...rest } = expectations;
      return objectCell(rest);
    },
  },
  { name: "tags", cell: ({ tags }) => objectCell(tags) },
  {
    name: "source",
    cell: ({ source }) => (source === undefined ? "" : objectCell(sourceJson(source))),
  },
];

/** An expected answer that is no text keeps its kind inside the JSON of `expectations`. */
function hasTextAnswer(
  expectations: JsonObject | undefined,
): expectations is JsonObject & { readonly expected_response: string } {
  return typeof expectations?.["expected_response"] === "string";
}

/** Texts as they are, other values as JSON text. */
export function textCell(value: JsonValue | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function objectCell(value: JsonObject | undefined): string {
  return value === undefined || Object.keys(value).length === 0 ? "" : JSON.stringify(value);
}
