import type { JsonValue } from "../../core/data/json.ts";

/** Keys and indexes from a value to one of its members. */
export type MemberPath = readonly (string | number)[];

/** A value of a file. */
export interface FileValue {
  readonly value: JsonValue;
  /** From 1; the number of the row in a sheet or a Parquet file. Absent if the layout has none. */
  readonly line?: number;
  /** Line of a member of the value, if the layout provides it. */
  readonly lineAt?: (path: MemberPath) => number | undefined;
  /** True if the value is all that the file contains, and no item of a list. */
  readonly isDocument?: true;
  /** The list that contained the value: `train` of `{train: […], test: […]}`. */
  readonly split?: string;
}

/** A value that cannot be read. */
export interface FileProblem {
  readonly problem: string;
  readonly line?: number;
  readonly hint?: string;
  /** True if nothing after it can be read. */
  readonly isFatal?: true;
}

/** How the file was read, for the user: its encoding, its delimiter, the sheet. */
export interface FileNote {
  readonly note: string;
}

/** What the reader of a layout yields. */
export type ReadFileValue = FileValue | FileProblem | FileNote;
