import type { DatasetSpec } from "../../contracts/dataset-store.ts";
import type { JsonObject } from "../../core/data/json.ts";
import { nearNames } from "../../core/text/near-names.ts";
import { columnNames, columnValue } from "./columns.ts";

const shownColumns = 30;
const keptColumns = 1000;

export interface MissingColumn {
  readonly column: string;
  /** Where the config names it: `inputs.text`, `expected`, `split.by`. */
  readonly named: string;
  readonly hint: string;
}

/** Notices columns that a config names and no row has. */
export interface ColumnCensus {
  see(row: JsonObject): void;
  /** Empty when no row was seen. */
  missing(): readonly MissingColumn[];
}

export function createColumnCensus(spec: DatasetSpec): ColumnCensus {
  const wanted = namedColumns(spec);
  const there = new Set<string>();
  let hasRows = false;
  return {
    see(row) {
      hasRows = true;
      if (wanted.size === 0) return;
      for (const column of wanted.keys()) {
        if (columnValue(row, column) !== undefined) wanted.delete(column);
      }
      if (wanted.size === 0 || there.size > keptColumns) return;
      for (const name of columnNames(row)) there.add(name);
    },
    missing() {
      if (!hasRows) return [];
      return [...wanted].map(([column, named]) => ({ column, named, hint: hintFor(column, [...there]) }));
    },
  };
}

function namedColumns({ inputs, expected, groupBy }: DatasetSpec): Map<string, string> {
  const columns = new Map<string, string>();
  for (const [variable, column] of Object.entries(inputs ?? {})) columns.set(column, `inputs.${variable}`);
  if (expected !== undefined) columns.set(expected, "expected");
  if (groupBy !== undefined) columns.set(groupBy, "split.by");
  return columns;
}

function hintFor(column: string, there: readonly string[]): string {
  const nested = there.filter((name) => name.endsWith(`.${column}`));
  const near = nested.length > 0 ? nested : nearNames(column, there);
  const guess = near.length === 0 ? "" : `did you mean "${near[0]}"? `;
  // Spreadsheets of many countries write a .csv with semicolons.
  const [only = ""] = there;
  const separator = there.length === 1 ? /[;\t|]/.exec(only)?.[0] : undefined;
  if (separator !== undefined && only.split(separator).includes(column)) {
    const mark = separator === "\t" ? "tabs" : `"${separator}"`;
    return `the columns are separated by ${mark}; save the file with commas, or with tabs as .tsv`;
  }
  const more = there.length > shownColumns ? `, and ${there.length - shownColumns} more` : "";
  return `${guess}the columns are ${there.slice(0, shownColumns).join(", ")}${more}`;
}
