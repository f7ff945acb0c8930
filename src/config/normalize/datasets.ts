import { resolve } from "node:path";
import type { SplitSpec } from "../../contracts/run-plan.ts";
import { defined } from "../../core/defined.ts";
import type { DatasetConfig, DeclaredDataset, MlflowRowsReference } from "../config.ts";
import type { Declared } from "../references.ts";
import type { WrittenDataset, WrittenSplit } from "../schema/dataset.ts";

/** The config's folder, and its name for messages. */
interface DatasetPlaces {
  readonly directory: string;
  readonly file: string;
}

/** Normalizes a dataset: the source of its rows and their split. Undefined if it has no rows. */
export function normalizeDataset(
  { key, written }: Declared<WrittenDataset>,
  places: DatasetPlaces,
): DatasetConfig | undefined {
  const source = sourceOf(written, places);
  if (source === undefined) return undefined;
  const { inputs, expected, split } = written;
  // Each optimization decides how to treat a bad row.
  const spec: DeclaredDataset = defined({
    name: key,
    source,
    inputs,
    expected,
    groupBy: split?.by,
    onBadRow: "fail" as const,
  });
  return { key, spec, split: splitOf(split) };
}

/** Whether the split names files. */
export function isGivenAsFiles(split: WrittenSplit | undefined): boolean {
  return [split?.train, split?.validation, split?.test].some((part) => typeof part === "string");
}

/** Whether it names a source of rows; otherwise it refers to a dataset collected earlier. */
export function hasRows({ path, data, mlflow, split }: WrittenDataset): boolean {
  return path !== undefined || data !== undefined || mlflow !== undefined || isGivenAsFiles(split);
}

function sourceOf(
  written: WrittenDataset,
  { directory, file }: DatasetPlaces,
): DeclaredDataset["source"] | undefined {
  const { data, path, mlflow, split } = written;
  if (isGivenAsFiles(split)) {
    const [train, validation, test] = [split?.train, split?.validation, split?.test].map((part) =>
      typeof part === "string" ? resolve(directory, part) : undefined,
    );
    return defined({ kind: "parts" as const, train: train ?? "", validation: validation ?? "", test });
  }
  if (path !== undefined) return { kind: "file", path: resolve(directory, path) };
  if (data !== undefined) return { kind: "inline", rows: data, file };
  return mlflow === undefined ? undefined : { kind: "mlflow", reference: referenceOf(mlflow) };
}

function referenceOf(written: NonNullable<WrittenDataset["mlflow"]>): MlflowRowsReference {
  if (typeof written === "string") return { name: written };
  const { dataset_id: datasetId, experiment = "", filter } = written;
  return datasetId === undefined ? defined({ experiment, filter }) : { datasetId };
}

function splitOf(split: WrittenSplit | undefined): SplitSpec {
  const seed = split?.seed ?? defaultSeed;
  if (isGivenAsFiles(split)) return { seed, isGiven: true };
  const { train, validation, test } = split ?? {};
  if (typeof train !== "number" || typeof validation !== "number") return { seed, isGiven: false };
  const left = Math.max(0, Math.round((1 - train - validation) * 1e9) / 1e9);
  return {
    shares: { train, validation, test: typeof test === "number" ? test : left },
    seed,
    isGiven: false,
  };
}

const defaultSeed = 42;
