import type { DatasetRecord, DatasetStore } from "../contracts/dataset-store.ts";
import type { Trace } from "../core/trace.ts";
import { lastOf } from "./dataset-record.ts";

/**
 * What people said of a trace, in the rows that were made of it: a corrected answer becomes the expected one, the
 * last rating a tag. Reads through every collected dataset. Resolves to the names of those that changed.
 */
export async function correctRows(
  datasets: Pick<DatasetStore, "list" | "records" | "merge">,
  { traceId, feedback = [] }: Pick<Trace, "traceId" | "feedback">,
): Promise<readonly string[]> {
  const better = lastOf(feedback, "betterResponse");
  const rating = lastOf(feedback, "rating");
  if (better === undefined && rating === undefined) return [];
  const changed: string[] = [];
  for (const name of await datasets.list()) {
    const corrected: DatasetRecord[] = [];
    for await (const { inputs, source } of datasets.records(name)) {
      if (source?.traceId !== traceId) continue;
      corrected.push({
        inputs,
        ...(better === undefined ? {} : { expectations: { expected_response: better } }),
        ...(rating === undefined ? {} : { tags: { rating } }),
      });
    }
    if (corrected.length === 0) continue;
    const { updated } = await datasets.merge(name, corrected);
    if (updated > 0) changed.push(name);
  }
  return changed;
}
