import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import { reservedColumns } from "../../rows/row-inputs.ts";
import { type MemberColumn, memberColumns } from "./member-columns.ts";

const mostVariables = 200;

/** What a table of some rows needs columns for. */
export interface ColumnSurvey {
  /** A column for each variable, where every row has the same ones and all are texts; else undefined. */
  readonly variables: readonly string[] | undefined;
  /** Columns that some row has something in. */
  readonly members: readonly MemberColumn[];
}

/** Passes over all rows: a table's head stands before its first row. */
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

/** Has the record these variables and no others, all texts? */
export function fits({ inputs }: DatasetRecord, variables: readonly string[]): boolean {
  if (Object.keys(inputs).length !== variables.length) return false;
  return variables.every((name) => Object.hasOwn(inputs, name) && typeof inputs[name] === "string");
}

/** A reader would take a column of another meaning, or with blanks around its name, for something else. */
function isColumn(name: string): boolean {
  return name !== "" && name === name.trim() && name !== "inputs" && !reservedColumns.includes(name);
}
