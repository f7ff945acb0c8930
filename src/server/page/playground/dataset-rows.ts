import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import type { JsonObject } from "../../../core/data/json.ts";
import { type DatasetServices, findPageDataset, listPageDatasets } from "../datasets/page-datasets.ts";
import { expectedText } from "../traces/selected-traces.ts";

/** A row to call a prompt with. */
export interface PlaygroundRow {
  /** Its place in the dataset, from 1; 0 if it was typed. */
  readonly number: number;
  readonly inputs: JsonObject;
  readonly expected?: string;
  /** The expected answer is the one that was recorded with the row. */
  readonly isRecorded?: boolean;
  /** What else the row expects, such as facts. */
  readonly expectations?: JsonObject;
}

export interface PlaygroundRows {
  readonly rows: readonly PlaygroundRow[];
  /** Rows of the dataset; counting ends at some number. */
  readonly total: number;
  readonly isCounted: boolean;
}

const mostCounted = 20_000;
/** No name of a collected dataset has a slash. */
const configPrefix = "config/";

/** Datasets to choose from: the value of the choice, and its words. Rows in MLflow without a copy here are left out. */
export async function datasetChoices(
  services: DatasetServices,
): Promise<readonly (readonly [value: string, text: string])[]> {
  const { project, mlflowRows } = services;
  const choices: (readonly [value: string, text: string])[] = [];
  for (const { name, isCollected } of await listPageDatasets(services)) {
    const source = isCollected ? undefined : project?.datasets[name]?.spec.source;
    if (source?.kind === "mlflow" && (await mlflowRows?.(source.reference)) === undefined) continue;
    choices.push(isCollected ? [name, name] : [`${configPrefix}${name}`, `${name} (config)`]);
  }
  return choices;
}

/** The dataset of a choice; of an address also a name with `from=config`. Rejects with NotFoundError. */
export async function chosenDataset(services: DatasetServices, choice: string, from = "") {
  const isMarked = choice.startsWith(configPrefix);
  const name = isMarked ? choice.slice(configPrefix.length) : choice;
  const dataset = await findPageDataset(services, name, isMarked || from === "config");
  return { choice: dataset.isCollected ? name : `${configPrefix}${name}`, records: () => recordsOf(dataset) };
}

async function* recordsOf({
  rows,
}: Awaited<ReturnType<typeof findPageDataset>>): AsyncGenerator<DatasetRecord> {
  for await (const { record } of rows()) yield record;
}

/** Rows of a dataset from a place on. */
export async function readRows(
  records: AsyncIterable<DatasetRecord>,
  { row, count }: { readonly row: number; readonly count: number },
): Promise<PlaygroundRows> {
  const rows: PlaygroundRow[] = [];
  let total = 0;
  for await (const record of records) {
    total++;
    if (total >= row && rows.length < count) {
      const isRecorded = record.expectations?.["expected_response"] === undefined;
      const hasExpected = !isRecorded || record.outputs !== undefined;
      rows.push({
        number: total,
        inputs: record.inputs,
        ...(record.expectations === undefined ? {} : { expectations: record.expectations }),
        ...(hasExpected ? { expected: expectedText(record), isRecorded } : {}),
      });
    }
    if (total >= Math.max(mostCounted, row + count)) return { rows, total, isCounted: false };
  }
  return { rows, total, isCounted: true };
}
