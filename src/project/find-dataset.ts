import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Config } from "../config/config.ts";
import type { Dataset } from "../contracts/dataset-store.ts";
import { NotFoundError } from "../core/errors.ts";
import { nearNames } from "../core/text/near-names.ts";
import { readDataset } from "../datasets/read-dataset.ts";
import { type RowReader, readWrittenRows } from "../datasets/rows/row-reader.ts";
import { openRows } from "../imports/open-rows.ts";
import type { FetchListener } from "./fetch-mlflow-rows.ts";
import { createMlflowOpener, type MlflowAccess } from "./open-mlflow-dataset.ts";

/** Opens datasets by config key or by the name of a collected one. Each file is read once. */
export interface DatasetFinder {
  /** Rejects with UncachedDatasetError if its rows would have to be fetched, and may not be. */
  open(name: string, onBadRow: "fail" | "skip"): Promise<Dataset>;
  /** About the datasets opened so far. */
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
  close(): Promise<void>;
}

export interface FindOptions {
  /** Default: `cached`, which makes no calls. */
  readonly mlflow?: MlflowAccess | undefined;
  readonly onFetch?: FetchListener | undefined;
  /** Digests of datasets in the plan of an earlier run, by name; rows of MLflow with this digest are used. */
  readonly digests?: ReadonlyMap<string, string> | undefined;
}

export function openDatasets(
  config: Config,
  { mlflow = "cached", digests, onFetch }: FindOptions = {},
): DatasetFinder {
  const openMlflow = createMlflowOpener(config, mlflow, onFetch);
  const warnings: string[] = [];
  const notes: string[] = [];
  const opened = new Map<string, Promise<Dataset>>();
  const collected = join(config.statePath, "datasets");

  /** Collected rows are read as they were written; others may be in any format. */
  const openData: RowReader = (file, mapping) =>
    dirname(file.path) === collected ? readWrittenRows(file, mapping) : openRows(file, mapping);
  const noted = (dataset: Dataset): Dataset => {
    notes.push(...(dataset.notes ?? []));
    return dataset;
  };

  const read = async (name: string, onBadRow: "fail" | "skip"): Promise<Dataset> => {
    const declared = config.datasets[name];
    if (declared !== undefined) {
      const { source, ...spec } = declared.spec;
      if (source.kind !== "mlflow")
        return noted(
          await readDataset(
            { ...spec, source, onBadRow },
            { relativeTo: config.directory, openRows: openData },
          ),
        );
      const found = await openMlflow({ ...spec, onBadRow }, source.reference, digests?.get(name));
      warnings.push(...found.warnings);
      notes.push(...found.notes);
      return found.dataset;
    }
    const path = join(collected, `${name}.jsonl`);
    const isCollected = await stat(path).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isCollected) return readDataset({ name, source: { kind: "file", path }, onBadRow });
    const files = await readdir(collected).catch(() => []);
    const known = [
      ...Object.keys(config.datasets),
      ...files.filter((file) => file.endsWith(".jsonl")).map((file) => file.slice(0, -".jsonl".length)),
    ];
    throw datasetNotFound(name, known);
  };

  return {
    warnings,
    notes,
    open(name, onBadRow) {
      const key = `${onBadRow} ${name}`;
      const known = opened.get(key) ?? read(name, onBadRow);
      opened.set(key, known);
      return known;
    },
    async close() {
      const settled = await Promise.allSettled(opened.values());
      for (const result of settled) if (result.status === "fulfilled") await result.value.close();
    },
  };
}

function datasetNotFound(name: string, known: readonly string[]): NotFoundError {
  const near = nearNames(name, known, 2);
  const listed = known.length === 0 ? "there are none yet" : `there are: ${known.join(", ")}`;
  return new NotFoundError("dataset", name, near, {
    hint:
      near.length > 0
        ? undefined
        : `${listed}; declare it under \`datasets\` with the path of its file, or collect it with \`dao-opt collect\``,
  });
}
