import { DatasetError, type DatasetFault, type RowProblem } from "../core/errors.ts";
import type { MissingColumn } from "./rows/columns.ts";

const shownProblems = 20;

interface Findings {
  readonly name: string;
  /** Files that could not be read to their end. */
  readonly files: readonly DatasetError[];
  readonly missing: readonly MissingColumn[];
  readonly problems: readonly RowProblem[];
  /** What to do about bad rows; by default what a config can do. */
  readonly rowsHint?: string;
}

const usualRowsHint = "correct these rows, or leave them out with on_bad_row: skip";

/** One error that tells all that is wrong with the files of a dataset; undefined when nothing is. */
export function datasetFailure(findings: Findings): DatasetError | undefined {
  const { name, files, missing, problems, rowsHint = usualRowsHint } = findings;
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
  const told = faults.map(({ key, message }) =>
    key === undefined ? message : `${name}: ${message} (${key})`,
  );
  const hints = faults.map(({ hint }) => hint).filter((text) => text !== undefined);
  return new DatasetError(
    [...told, ...problemLines(problems)].join("\n"),
    [...files.flatMap((file) => file.problems), ...problems],
    { hint: hints.length === 0 ? undefined : [...new Set(hints)].join("; "), faults },
  );
}

/** The first problems, a line each: `reviews.csv:7  2 fields where the header has 3`. */
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
