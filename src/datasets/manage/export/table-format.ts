import { stringify } from "csv-stringify/sync";
import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import { withoutFormula } from "../../../core/data/formula-cell.ts";
import type { JsonObject, JsonValue } from "../../../core/data/json.ts";
import { StoreError } from "../../../core/errors.ts";
import { reservedColumns } from "../../rows/row-content.ts";
import { sourceJson } from "../../store/record-json.ts";
import type { ColumnSurvey, ExportFormat, MemberColumn } from "./export-format.ts";

/**
 * CSV or TSV. Variables are columns if that is lossless; otherwise one column `inputs` contains JSON text.
 */
export function tableFormat(summary: string, ending: string, delimiter: string): ExportFormat {
  const lineOf = (cells: readonly string[]): string =>
    stringify([[...cells]], { delimiter, quoted_match: /[\r\n]/ });
  return {
    summary,
    endings: [ending],
    needsSurvey: true,
    leavesOut: ({ other = {} }) => Object.keys(other),
    hasCells: true,
    open({ survey, isSafe }) {
      const line = (cells: readonly string[]) => lineOf(isSafe === true ? cells.map(withoutFormula) : cells);
      const columns = survey?.members ?? memberColumns;
      const variables = survey?.variables;
      return {
        head: line([...(variables ?? ["inputs"]), ...columns.map(({ name }) => name)]),
        row: (record) => line([...inputCells(record, variables), ...columns.map(({ cell }) => cell(record))]),
        tail: "",
      };
    },
  };
}

function inputCells({ inputs }: DatasetRecord, variables: readonly string[] | undefined): string[] {
  if (variables === undefined) return [JSON.stringify(inputs)];
  if (!fits({ inputs }, variables))
    throw new StoreError("the dataset changed while it was exported", { hint: "try again" });
  return variables.map((name) => textCell(inputs[name]));
}

const mostVariables = 200;

/** Passes over all rows, because the header of a table precedes them. */
export async function surveyColumns(records: AsyncIterable<DatasetRecord>): Promise<ColumnSurvey> {
  const members = new Set<MemberColumn>();
  let variables: readonly string[] | undefined;
  let isFirst = true;
  for await (const record of records) {
    for (const column of memberColumns) {
      if (!members.has(column) && column.cell(record) !== "") members.add(column);
    }
    if (isFirst) variables = columnsOf(record);
    if (variables !== undefined && !fits(record, variables)) variables = undefined;
    isFirst = false;
  }
  return { variables, members: memberColumns.filter((column) => members.has(column)) };
}

function columnsOf({ inputs }: DatasetRecord): readonly string[] | undefined {
  const names = Object.keys(inputs);
  return names.length <= mostVariables && names.every(isColumn) ? names : undefined;
}

/** True if the record has exactly these variables and all are strings. */
function fits({ inputs }: DatasetRecord, variables: readonly string[]): boolean {
  if (Object.keys(inputs).length !== variables.length) return false;
  return variables.every((name) => Object.hasOwn(inputs, name) && typeof inputs[name] === "string");
}

/**
 * False for names that an importer would read as something else: reserved columns, and names with surrounding
 * blanks.
 */
function isColumn(name: string): boolean {
  return name !== "" && name === name.trim() && name !== "inputs" && !reservedColumns.includes(name);
}

/** The columns after the variables. Members in `other` have no column. */
const memberColumns: readonly MemberColumn[] = [
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

/** An expected answer that is not a string stays in the JSON of `expectations`, which preserves its type. */
function hasTextAnswer(
  expectations: JsonObject | undefined,
): expectations is JsonObject & { readonly expected_response: string } {
  return typeof expectations?.["expected_response"] === "string";
}

/** Strings as they are, other values as JSON text. */
function textCell(value: JsonValue | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function objectCell(value: JsonObject | undefined): string {
  return value === undefined || Object.keys(value).length === 0 ? "" : JSON.stringify(value);
}
