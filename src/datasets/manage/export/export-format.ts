import type { DatasetRecord } from "../../../contracts/dataset-store.ts";

/** Writes records as text, one after the other. */
export interface RecordWriter {
  readonly head: string;
  /** The text of a record. `isFirst` is for formats with separators between rows. */
  row(record: DatasetRecord, isFirst: boolean): string;
  readonly tail: string;
}

/** A table column for a member of records. */
export interface MemberColumn {
  readonly name: string;
  /** Empty if the record has no such member. */
  cell(record: DatasetRecord): string;
}

/** The columns that a table of some rows needs. */
export interface ColumnSurvey {
  /** One column per variable if every row has the same variables and all are strings; undefined otherwise. */
  readonly variables: readonly string[] | undefined;
  /** Columns that are not empty in every row. */
  readonly members: readonly MemberColumn[];
}

/** A format for exported datasets. */
export interface ExportFormat {
  readonly summary: string;
  /** File extensions of the format, with the dot; the first is the default. */
  readonly endings: readonly string[];
  /** True if the writer needs the columns of all rows before the first row. */
  readonly needsSurvey?: boolean;
  /** True if the format has cells that a spreadsheet may evaluate as formulas, so that `isSafe` applies. */
  readonly hasCells?: boolean;
  /** Names of members of a record that the format cannot represent. */
  leavesOut?(record: DatasetRecord): readonly string[];
  open(options: {
    readonly ending: string;
    readonly survey: ColumnSurvey | undefined;
    readonly isSafe?: boolean;
  }): RecordWriter;
}
