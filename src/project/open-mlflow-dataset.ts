import type { Config, MlflowRowsReference } from "../config/config.ts";
import type { Dataset, DatasetSpec } from "../contracts/dataset-store.ts";
import { defined } from "../core/defined.ts";
import { DatasetError, isDaoOptError } from "../core/errors.ts";
import { readDataset } from "../datasets/read-dataset.ts";
import { type MlflowConnection, resolveMlflowConnection } from "../mlflow/connection.ts";
import { createMlflowClient } from "../mlflow/mlflow-client.ts";
import { type FetchListener, fetchMlflowRows } from "./fetch-mlflow-rows.ts";
import { type CachedRows, openMlflowCache } from "./mlflow-cache.ts";

/**
 * How datasets in MLflow are opened. `fetch`: as MLflow has them now. `cached`: the last copy, without
 * network access.
 */
export type MlflowAccess = "fetch" | "cached";

export interface OpenedMlflowDataset {
  readonly dataset: Dataset;
  /** Warnings for the user: skipped traces. */
  readonly warnings: readonly string[];
  /** Where the rows are from, if they were not fetched now. */
  readonly notes: readonly string[];
}

/** Thrown for rows that would have to be fetched, when there is no copy on this machine. */
export class UncachedDatasetError extends DatasetError {}

/** Opens datasets of MLflow. Each is fetched once. */
export function createMlflowOpener(config: Config, access: MlflowAccess, onFetch: FetchListener = () => {}) {
  const cache = openMlflowCache(config.statePath);
  const located = new Map<string, Promise<CachedRows>>();

  const locate = async (name: string, reference: MlflowRowsReference): Promise<CachedRows> => {
    if (access === "cached") {
      const reason = (text: string) => `the rows of ${name} are in MLflow, and ${text}`;
      const connection = connectionOrFailure(config);
      if (!("address" in connection)) throw new UncachedDatasetError(reason(connection.failure));
      const last = await cache.last(placeOf(connection, reference));
      if (last !== undefined) return last;
      throw new UncachedDatasetError(reason("no copy of them is on this machine"));
    }
    const connection = resolveMlflowConnection({ uri: config.tracking?.mlflow }, config.environment());
    const onCount = (count: number, what: "rows" | "traces") => onFetch({ dataset: name, count, what });
    const fetched = await fetchMlflowRows(createMlflowClient(connection), reference, onCount);
    return cache.add(placeOf(connection, reference), fetched);
  };

  /** `digest`: of the dataset in the plan of an earlier run, whose rows are wanted. */
  return async (
    spec: Omit<DatasetSpec, "source">,
    reference: MlflowRowsReference,
    digest: string | undefined,
  ): Promise<OpenedMlflowDataset> => {
    const { name } = spec;
    const known = digest === undefined ? undefined : await cache.linked(digest);
    if (known === undefined && digest !== undefined && access === "cached") {
      throw new DatasetError(`the copy of the rows of ${name}, which are in MLflow, is not on this machine`);
    }
    const finding = known === undefined ? (located.get(name) ?? locate(name, reference)) : undefined;
    if (finding !== undefined) located.set(name, finding);
    const rows = known ?? (await (finding as Promise<CachedRows>));
    const source = { kind: "file", path: rows.path } as const;
    const dataset = await readDataset({ ...spec, source }, { relativeTo: config.directory });
    await cache.link(dataset.digest, rows).catch(async (error: unknown) => {
      await dataset.close();
      throw error;
    });
    const isCopy = access === "cached" || known !== undefined;
    return {
      dataset,
      warnings: rows.note === undefined ? [] : [`datasets.${name}: ${rows.note}`],
      notes: isCopy ? [`${name}: rows are the copy last fetched from MLflow`] : [],
    };
  };
}

/** The file of the rows as last fetched to this machine, without network access; undefined if there is none. */
export async function lastMlflowRows(
  config: Config,
  reference: MlflowRowsReference,
): Promise<string | undefined> {
  const connection = connectionOrFailure(config);
  if (!("address" in connection)) return undefined;
  const last = await openMlflowCache(config.statePath).last(placeOf(connection, reference));
  return last?.path;
}

function connectionOrFailure(config: Config): MlflowConnection | { readonly failure: string } {
  try {
    return resolveMlflowConnection({ uri: config.tracking?.mlflow }, config.environment());
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    return { failure: error.message };
  }
}

/** Equal names on different servers are different datasets. */
function placeOf({ address }: MlflowConnection, reference: MlflowRowsReference) {
  return { address, ...defined(reference) };
}
