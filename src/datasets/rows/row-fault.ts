import type { RowProblem } from "../../core/errors.ts";

/** Why a row cannot be used. `column` is set if the row lacks a column that the config names. */
export interface RowFault {
  readonly message: string;
  readonly column?: string;
}

/** The fault of a row without a value in a column that the config names. */
export function noValue(column: string, named: string): RowFault {
  return { message: `no value in column "${column}" (${named})`, column };
}

/** The fault of a row that is not an object. */
export function notAnObject(value: unknown): RowFault {
  const kind = value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
  return { message: `the row is ${kind}, not an object` };
}

/**
 * The fault of a parsed row that cannot be written as JSON: `1e999` and YAML's `.inf` are not JSON numbers,
 * and nesting is limited. Undefined for any other error.
 */
export function unwritableFault(error: unknown): RowFault | undefined {
  if (error instanceof RangeError) return { message: "it is nested too deeply" };
  const message = error instanceof Error ? error.message : "";
  const [, value] = /^Object can not safely be stringified.*\((.*)\)$/.exec(message) ?? [];
  return value === undefined ? undefined : { message: `it contains ${value}, which JSON cannot represent` };
}

interface FaultyRow {
  readonly file: string;
  readonly line: number | undefined;
  readonly faults: readonly RowFault[];
}

/** Rows that cannot be used, in the order in which they were found. */
export interface ProblemList {
  add(file: string, line: number | undefined, faults: readonly RowFault[]): void;
  /** One problem per row, without faults of columns that are missing in all rows: those are reported once. */
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
