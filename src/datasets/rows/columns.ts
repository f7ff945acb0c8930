import type { DatasetSpec } from "../../contracts/dataset-store.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { nearNames } from "../../core/text/near-names.ts";

/**
 * The value of a column; undefined if the row has none. A column with exactly this name takes precedence over
 * a path into nested values: `user.name` is first the column "user.name", then `name` under `user`.
 */
export function columnValue(row: JsonObject, column: string): JsonValue | undefined {
  if (Object.hasOwn(row, column)) return row[column];
  let value: JsonValue | undefined = row;
  for (const step of column.split(".")) {
    if (isJsonObject(value)) value = Object.hasOwn(value, step) ? value[step] : undefined;
    else if (Array.isArray(value) && /^\d+$/.test(step))
      value = (value as readonly JsonValue[])[Number(step)];
    else return undefined;
  }
  return value;
}

/** The top-level column that contains a column. */
export function holdingColumn(row: JsonObject, column: string): string {
  return Object.hasOwn(row, column) ? column : (column.split(".")[0] ?? column);
}

/** Columns of a row that a config can name: top-level ones and those one level below. */
export function columnNames(row: JsonObject): string[] {
  return Object.entries(row).flatMap(([key, value]) =>
    isJsonObject(value) ? [key, ...Object.keys(value).map((inner) => `${key}.${inner}`)] : [key],
  );
}

/** Parses a value that is JSON text in a cell of a CSV file. Returns other values unchanged. */
export function structured(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as JsonValue;
  } catch {
    return value;
  }
}

const shownColumns = 30;
const keptColumns = 1000;

export interface MissingColumn {
  readonly column: string;
  /** Where the config names it: `inputs.text`, `expected`, `split.by`. */
  readonly named: string;
  readonly hint: string;
}

/** Finds columns that a config names but no row has. */
export interface ColumnCensus {
  add(row: JsonObject): void;
  /** Empty if there were no rows. */
  missing(): readonly MissingColumn[];
}

export function createColumnCensus(spec: DatasetSpec): ColumnCensus {
  const wanted = namedColumns(spec);
  const there = new Set<string>();
  let hasRows = false;
  return {
    add(row) {
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
  const more = there.length > shownColumns ? `, and ${there.length - shownColumns} more` : "";
  return `${guess}the columns are ${there.slice(0, shownColumns).join(", ")}${more}`;
}

/** A census of the grouping column only. */
export function groupCensus(by: string | undefined): ColumnCensus {
  const source = { kind: "inline", rows: [], file: "" } as const;
  return createColumnCensus({
    name: "",
    source,
    onBadRow: "fail",
    ...(by === undefined ? {} : { groupBy: by }),
  });
}
