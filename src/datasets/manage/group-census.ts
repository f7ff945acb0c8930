import { type ColumnCensus, createColumnCensus } from "../rows/column-census.ts";

/** Notices when no row has the column that groups them. */
export function groupCensus(by: string | undefined): ColumnCensus {
  const source = { kind: "inline", rows: [], file: "" } as const;
  return createColumnCensus({
    name: "",
    source,
    onBadRow: "fail",
    ...(by === undefined ? {} : { groupBy: by }),
  });
}
