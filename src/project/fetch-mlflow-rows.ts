import type { MlflowRowsReference } from "../config/config.ts";
import type { JsonObject } from "../core/data/json.ts";
import { DatasetError } from "../core/errors.ts";
import { findMlflowDataset } from "../mlflow/datasets/find-dataset.ts";
import { digestOfRows, readMlflowRows } from "../mlflow/datasets/read-dataset.ts";
import type { MlflowClient } from "../mlflow/mlflow-client.ts";
import { rowOfMlflowTrace } from "../mlflow/traces/row-of-trace.ts";
import { searchMlflowTraces } from "../mlflow/traces/search-traces.ts";

/** Rows as MLflow has them now. */
export interface FetchedRows {
  readonly rows: readonly JsonObject[];
  /** SHA-256 over the rows. */
  readonly digest: string;
  /** Traces that are no rows, with the reasons. */
  readonly note?: string;
}

/** Called while rows are fetched, first with 0. */
export type FetchListener = (fetched: {
  /** Key of the dataset in the config. */
  readonly dataset: string;
  readonly count: number;
  readonly what: "rows" | "traces";
}) => void;

/**
 * Reads an evaluation dataset, or the traces of an experiment as rows. Rejects with DatasetError if there are no
 * rows, with NotFoundError, and with MlflowError.
 */
export async function fetchMlflowRows(
  client: MlflowClient,
  reference: MlflowRowsReference,
  onCount: (count: number, what: "rows" | "traces") => void = () => {},
): Promise<FetchedRows> {
  if ("experiment" in reference) return rowsOfTraces(client, reference, (count) => onCount(count, "traces"));
  onCount(0, "rows");
  const { datasetId, name } = await findMlflowDataset(client, reference);
  const fetched = await readMlflowRows(client, datasetId, { onPage: (count) => onCount(count, "rows") });
  if (fetched.rows.length > 0) return fetched;
  throw new DatasetError(`the MLflow dataset ${JSON.stringify(name)} (${datasetId}) has no rows`, [], {
    hint: "add rows with `dao-opt dataset export NAME --to mlflow:…`, or in MLflow",
  });
}

async function rowsOfTraces(
  client: MlflowClient,
  { experiment, filter }: Extract<MlflowRowsReference, { readonly experiment: string }>,
  onCount: (count: number) => void,
): Promise<FetchedRows> {
  const rows: JsonObject[] = [];
  const skipped = new Map<string, number>();
  let traces = 0;
  onCount(0);
  for await (const trace of searchMlflowTraces(client, { experiment: { name: experiment }, filter })) {
    traces++;
    onCount(traces);
    const made = rowOfMlflowTrace(trace);
    if ("row" in made) rows.push(made.row);
    else skipped.set(made.skipped, (skipped.get(made.skipped) ?? 0) + 1);
  }
  const place = `the MLflow experiment ${JSON.stringify(experiment)}`;
  if (traces === 0) {
    throw new DatasetError(
      `${place} has no traces${filter === undefined ? "" : " that match the filter"}`,
      [],
      {
        hint:
          filter === undefined
            ? "record calls there first, or name another experiment"
            : `the filter is ${filter}`,
      },
    );
  }
  const reasons = [...skipped]
    .sort(([, one], [, other]) => other - one)
    .map(([reason, count]) => `${reason} (${count})`)
    .join(", ");
  if (rows.length === 0) {
    throw new DatasetError(`none of the ${traces} traces of ${place} can be used: ${reasons}`, [], {
      hint: "log inputs and outputs on the outermost span of each trace",
    });
  }
  const left = traces - rows.length;
  return {
    rows,
    digest: digestOfRows(rows),
    ...(left === 0 ? {} : { note: `${left} of ${traces} traces of ${place} are skipped: ${reasons}` }),
  };
}
