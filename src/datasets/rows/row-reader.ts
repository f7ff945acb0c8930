import type { RowFile } from "../formats/row-format.ts";
import { type StreamedRow, streamRows } from "../formats/stream-rows.ts";
import type { RowMapping } from "../store/parse-record.ts";

/** What the columns of a table became. */
export interface ChosenColumns {
  /** At most 30. */
  readonly variables: readonly string[];
  /** The column with the expected answer; null if there is none. */
  readonly expected: string | null;
  /** The column with the recorded answer; null if there is none. */
  readonly output: string | null;
  /** Variables with the name of an answer. */
  readonly suspects: readonly string[];
  /** True if the file names no variables and no mapping does, so that the columns were chosen by their names. */
  readonly isChosen: boolean;
}

/** The rows of a file in the form that `rowContent` and `parseDatasetRecord` read. */
export interface RowReading {
  readonly rows: AsyncIterable<StreamedRow>;
  /** How the file was read, for the user. */
  readonly notes: readonly string[];
  /** Absent if each row names its inputs. */
  readonly columns?: ChosenColumns;
}

/** Opens a file of rows. Rejects with DatasetError if it contains something else. */
export type RowReader = (file: RowFile, mapping: RowMapping) => Promise<RowReading>;

/** Reads rows as they are written. For files that this program wrote. */
export const readWrittenRows: RowReader = async (file) => ({ rows: streamRows(file), notes: [] });

/** A sentence about the columns, if they were chosen; `named` says how a user sets them. */
export function describeColumns(
  file: string,
  { variables, expected, output, suspects, isChosen }: ChosenColumns,
  named: { readonly inputs: string; readonly expected: string },
): string | undefined {
  const advice = `Set ${named.inputs} and ${named.expected} to change this`;
  const doubt =
    suspects.length === 0
      ? ""
      : ` ${suspects.join(", ")} ${suspects.length === 1 ? "looks" : "look"} like an answer, but ${suspects.length === 1 ? "is a variable" : "are variables"}.`;
  // The names of a row's own members leave no doubt.
  const isPlain = expected === "expected_response" && (output ?? "outputs") === "outputs" && doubt === "";
  if (isPlain) return undefined;
  if (!isChosen) return doubt === "" ? undefined : `${file}:${doubt} ${advice}`;
  const answers = [
    ...(expected === null ? [] : [`${expected} is the expected answer`]),
    ...(output === null ? [] : [`${output} is the recorded answer`]),
  ];
  const chosen = answers.length === 0 ? "" : ` ${answers.join(", ")}.`;
  if (variables.length === 1 && variables[0] === "inputs") return `${file}:${chosen} ${advice}`;
  return `${file} does not specify which columns are variables; using ${variables.join(", ")}.${chosen}${doubt} ${advice}`;
}
