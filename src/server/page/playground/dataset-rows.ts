import type { DatasetStore } from "../../../contracts/dataset-store.ts";
import type { JsonObject } from "../../../core/data/json.ts";
import { expectedText } from "../traces/selected-traces.ts";

/** A row to call a prompt with. */
export interface PlaygroundRow {
  /** Its place in the dataset, from 1; 0 if it was typed. */
  readonly number: number;
  readonly inputs: JsonObject;
  readonly expected?: string;
}

export interface PlaygroundRows {
  readonly rows: readonly PlaygroundRow[];
  /** Rows of the dataset; counting ends at some number. */
  readonly total: number;
  readonly isCounted: boolean;
}

const mostCounted = 20_000;

/** Rows of a dataset from a place on. Rejects with NotFoundError. */
export async function readRows(
  datasets: Pick<DatasetStore, "records">,
  name: string,
  { row, count }: { readonly row: number; readonly count: number },
): Promise<PlaygroundRows> {
  const rows: PlaygroundRow[] = [];
  let total = 0;
  for await (const record of datasets.records(name)) {
    total++;
    if (total >= row && rows.length < count) {
      const hasExpected =
        record.expectations?.["expected_response"] !== undefined || record.outputs !== undefined;
      rows.push({
        number: total,
        inputs: record.inputs,
        ...(hasExpected ? { expected: expectedText(record) } : {}),
      });
    }
    if (total >= Math.max(mostCounted, row + count)) return { rows, total, isCounted: false };
  }
  return { rows, total, isCounted: true };
}
