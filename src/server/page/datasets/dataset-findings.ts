import { stat } from "node:fs/promises";
import { canonicalJson } from "../../../core/data/digest.ts";
import { nearDuplicatePairs } from "../../../core/data/near-duplicates.ts";
import { type DatasetStats, datasetStats } from "../../../datasets/manage/dataset-stats.ts";
import { idOfKey } from "../../../datasets/store/key-table.ts";
import type { RecordRow } from "../../../datasets/store/read-records.ts";
import { createKeptResults } from "./kept-results.ts";
import type { PageDataset } from "./page-datasets.ts";

/** Comparing takes about a millisecond a row. */
const mostCompared = 2_000;
const longestText = 1_000;
const mostKept = 20;

export interface SampledRow {
  readonly id: string;
  readonly text: string;
}

/** What a pass over all rows finds. */
export interface DatasetFindings {
  readonly stats: DatasetStats;
  /** Rows whose inputs nearly repeat those of an earlier row, among the first ones. */
  readonly pairs: readonly { readonly row: SampledRow; readonly other: SampledRow }[];
  /** Rows with different inputs that were compared. */
  readonly compared: number;
}

const kept = createKeptResults<DatasetFindings>(mostKept);

/** Counts again only if a file changed. Rejects with DatasetError. */
export async function datasetFindings(dataset: PageDataset): Promise<DatasetFindings> {
  const key = await versionOf(dataset);
  if (key === undefined) return find(dataset);
  return kept(key, () => find(dataset));
}

/** Changes with the files; undefined if there are none, or if one is missing. */
async function versionOf({ name, files }: PageDataset): Promise<string | undefined> {
  if (files.length === 0) return undefined;
  try {
    const states = await Promise.all(files.map((file) => stat(file)));
    return JSON.stringify([
      name,
      ...states.map(({ ino, size, ctimeMs }, at) => [files[at], ino, size, ctimeMs]),
    ]);
  } catch {
    return undefined;
  }
}

async function find(dataset: PageDataset): Promise<DatasetFindings> {
  const sample = new Map<string, string>();
  const stats = await datasetStats(
    dataset.sources.map(({ name, rows }) => ({ name, rows: sampled(rows(), sample) })),
  );
  const rows = [...sample].map(([id, text]) => ({ id, text }));
  const pairs = nearDuplicatePairs(rows.map(({ text }) => text)).flatMap(([later, earlier]) => {
    const [row, other] = [rows[later], rows[earlier]];
    return row === undefined || other === undefined ? [] : [{ row, other }];
  });
  return { stats, pairs, compared: rows.length };
}

/** Keeps the inputs of the first rows that differ, by their ids, while the rows pass. */
async function* sampled(
  rows: AsyncIterable<RecordRow>,
  sample: Map<string, string>,
): AsyncGenerator<RecordRow> {
  for await (const row of rows) {
    const id = idOfKey(row.key);
    if (sample.size < mostCompared && !sample.has(id)) {
      const text = Object.values(row.record.inputs)
        .map((value) => (typeof value === "string" ? value : canonicalJson(value)))
        .join("\n");
      sample.set(id, text.slice(0, longestText));
    }
    yield row;
  }
}
