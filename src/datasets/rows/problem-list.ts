import type { RowProblem } from "../../core/errors.ts";
import type { RowFault } from "./row-fault.ts";

interface FaultyRow {
  readonly file: string;
  readonly line: number | undefined;
  readonly faults: readonly RowFault[];
}

/** Rows that cannot be used, in the order in which they were found. */
export interface ProblemList {
  add(file: string, line: number | undefined, faults: readonly RowFault[]): void;
  /** One problem a row, without the faults of columns that no row has: those are told once. */
  problems(missingColumns?: ReadonlySet<string>): readonly RowProblem[];
}

export function createProblemList(): ProblemList {
  const rows: FaultyRow[] = [];
  return {
    add: (file, line, faults) => void rows.push({ file, line, faults }),
    problems: (missingColumns = new Set()) =>
      rows.flatMap(({ file, line, faults }) => {
        const own = faults.filter(({ column }) => column === undefined || !missingColumns.has(column));
        const message = own.map((fault) => fault.message).join("; ");
        return own.length === 0 ? [] : [{ file, ...(line === undefined ? {} : { line }), message }];
      }),
  };
}
