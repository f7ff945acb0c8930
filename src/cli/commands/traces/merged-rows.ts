import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import type { Trace } from "../../../core/trace.ts";
import { openDatasetStore } from "../../../datasets/open-dataset-store.ts";
import { datasetRecordOf } from "../../../traces/dataset-record.ts";

/** Traces as rows of a dataset. */
export interface MergedRows {
  /** The rows as text, a line each; the traces are read when the first piece is asked for. */
  pieces(): AsyncGenerator<string>;
  /** Traces that became rows, and the rows, once all pieces are read. */
  traces(): number;
  rows(): number;
}

/**
 * Rows of traces by the rule of datasets: equal inputs are one row, with the newest answer. They are merged in a
 * temporary dataset, so that memory stays bounded.
 */
export function mergedRows(traces: AsyncIterable<Trace>, limit: number, onLeftOut: () => void): MergedRows {
  let taken = 0;
  let rows = 0;
  async function* records(): AsyncGenerator<DatasetRecord> {
    for await (const trace of traces) {
      if (taken === limit) return;
      const record = datasetRecordOf(trace);
      if (record === undefined) onLeftOut();
      else {
        taken++;
        yield record;
      }
    }
  }
  return {
    traces: () => taken,
    rows: () => rows,
    async *pieces() {
      const folder = await mkdtemp(join(tmpdir(), "dao-opt-export-"));
      try {
        const store = openDatasetStore({ folder });
        const merged = await store.merge("rows", records());
        rows = merged.rows;
        if (rows > 0) yield* createReadStream(store.fileOf("rows"), "utf8");
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
