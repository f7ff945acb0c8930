import type { DatasetRecord } from "../../../contracts/dataset-store.ts";

/** Writes records as text, one after the other. */
export interface RecordWriter {
  readonly head: string;
  /** Of a record; `isFirst` where commas stand between rows. */
  row(record: DatasetRecord, isFirst: boolean): string;
  readonly tail: string;
}

/** A column of a table for a member of records. */
export interface MemberColumn {
  readonly name: string;
  /** Empty when the record has nothing for it. */
  cell(record: DatasetRecord): string;
}

/** What a table of some rows needs columns for. */
export interface ColumnSurvey {
  /** A column for each variable, where every row has the same ones and all are texts; else undefined. */
  readonly variables: readonly string[] | undefined;
  /** Columns that some row has something in. */
  readonly members: readonly MemberColumn[];
}

/** A format that datasets are exported to. */
export interface ExportFormat {
  readonly summary: string;
  /** File endings that name it, with their dot; the first is the usual one. */
  readonly endings: readonly string[];
  /** Does the writer have to know all rows' columns before the first row? */
  readonly needsSurvey?: boolean;
  /** Has it cells that a spreadsheet may take for formulas, so that `isSafe` has a meaning? */
  readonly hasCells?: boolean;
  /** Members of a record that the format has no place for. */
  leavesOut?(record: DatasetRecord): readonly string[];
  open(options: {
    readonly ending: string;
    readonly survey: ColumnSurvey | undefined;
    readonly isSafe?: boolean;
  }): RecordWriter;
}
