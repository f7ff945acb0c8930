import { DatasetError, type DatasetFault, type RowProblem } from "../core/errors.ts";
import type { MissingColumn } from "./rows/columns.ts";

const shownProblems = 20;

interface Findings {
  readonly name: string;
  /** Errors of files that could not be read to the end. */
  readonly files: readonly DatasetError[];
  readonly missing: readonly MissingColumn[];
  readonly problems: readonly RowProblem[];
  /** How to fix bad rows. Defaults to what a config can do. */
  readonly rowsHint?: string;
}

const defaultRowsHint = "fix these rows, or skip them with on_bad_row: skip";

/** Returns one error that lists every problem with the files of a dataset; undefined if there is none. */
export function datasetFailure(findings: Findings): DatasetError | undefined {
  const { name, files, missing, problems, rowsHint = defaultRowsHint } = findings;
  const [first] = files;
  if (first !== undefined && files.length === 1 && missing.length + problems.length === 0) return first;
  const badRows = { message: `${name}: ${counted(problems.length)} cannot be used`, hint: rowsHint };
  const faults: DatasetFault[] = [
    ...files.map(({ message, hint }) => ({ message, hint })),
    ...missing.map(({ column, named, hint }) => ({
      ...{ key: named, message: `no row has the column "${column}"`, hint },
    })),
    ...(problems.length === 0 ? [] : [badRows]),
  ];
  if (faults.length === 0) return undefined;
  const messages = faults.map(({ key, message }) =>
    key === undefined ? message : `${name}: ${message} (${key})`,
  );
  const hints = faults.map(({ hint }) => hint).filter((text) => text !== undefined);
  return new DatasetError(
    [...messages, ...problemLines(problems)].join("\n"),
    [...files.flatMap((file) => file.problems), ...problems],
    { hint: hints.length === 0 ? undefined : [...new Set(hints)].join("; "), faults },
  );
}

/** The first 20 problems, one per line: `reviews.csv:7  2 fields where the header has 3`. */
export function problemLines(problems: readonly RowProblem[]): string[] {
  const lines = problems
    .slice(0, shownProblems)
    .map(({ file, line, message }) => `${line === undefined ? file : `${file}:${line}`}  ${message}`);
  const more = problems.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

function counted(rows: number): string {
  return rows === 1 ? "1 row" : `${rows} rows`;
}
