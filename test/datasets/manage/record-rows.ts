import type { JsonObject } from "../../../src/core/data/json.ts";
import { type RecordRow, recordOf } from "../../../src/datasets/store/read-records.ts";

/** Rows as if they were read from a file. */
export async function* recordRows(rows: readonly JsonObject[]): AsyncGenerator<RecordRow> {
  for (const [at, row] of rows.entries()) {
    const keyed = recordOf(row, {}, []);
    if (keyed === undefined) throw new Error(`row ${at + 1} of the test cannot be used`);
    yield { ...keyed, row, line: at + 1 };
  }
}
