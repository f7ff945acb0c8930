import { stat } from "node:fs/promises";
import { DatasetError } from "../../../core/errors.ts";
import { rowRating } from "../../../datasets/manage/reference-answer.ts";
import { countRows } from "../../../datasets/manage/validate-rows.ts";
import { outputText } from "../../../datasets/rows/answer-text.ts";
import { createKeptResults } from "./kept-results.ts";
import type { PageDataset, PageRow } from "./page-datasets.ts";

/** Columns that many datasets have no value for. */
export type OptionalColumn = "recorded" | "rating" | "source";

interface DatasetCensus {
  /** Undefined if the rows are not read here, or not readable. */
  readonly rows: number | undefined;
  /** Columns with a value in any row; all of them if the rows were not all read. */
  readonly columns: ReadonlySet<OptionalColumn>;
}

const allColumns: readonly OptionalColumn[] = ["recorded", "rating", "source"];
const unknown: DatasetCensus = { rows: undefined, columns: new Set(allColumns) };
/** Larger files would hold up the page. */
const mostBytes = 30_000_000;
const mostKept = 200;

const kept = createKeptResults<DatasetCensus>(mostKept);

/** Counts the rows of a dataset, and what they have. Reads again only if a file changed. */
export async function datasetCensus(dataset: PageDataset): Promise<DatasetCensus> {
  const { name, isCollected, where, files } = dataset;
  const states = await Promise.all(files.map((file) => stat(file))).catch(() => undefined);
  if (states === undefined) return unknown;
  const bytes = states.reduce((sum, { size }) => sum + size, 0);
  if (bytes > mostBytes) return isCollected ? { ...unknown, rows: await countRows(where) } : unknown;
  // Rows without a file of their own are few: the config holds them.
  if (files.length === 0) return count(dataset);
  const key = JSON.stringify([
    ...[name, isCollected],
    ...states.map(({ ino, size, ctimeMs }, at) => [files[at], ino, size, ctimeMs]),
  ]);
  return kept(key, () => count(dataset));
}

async function count(dataset: PageDataset): Promise<DatasetCensus> {
  const columns = new Set<OptionalColumn>();
  let rows = 0;
  try {
    for await (const row of dataset.rows()) {
      rows++;
      for (const column of allColumns) if (!columns.has(column) && hasValue(row, column)) columns.add(column);
    }
  } catch (error) {
    // The page shows the rows before the damage, and what is wrong.
    if (error instanceof DatasetError) return unknown;
    throw error;
  }
  return { rows, columns };
}

function hasValue({ record }: PageRow, column: OptionalColumn): boolean {
  const { outputs, source, tags } = record;
  if (column === "recorded") return (outputText(outputs) ?? "") !== "";
  if (column === "rating") return rowRating(record) !== undefined;
  return source !== undefined || typeof tags?.["split"] === "string";
}
