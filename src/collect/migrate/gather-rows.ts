import type { Config, OptimizationConfig } from "../../config/config.ts";
import type { Dataset, DatasetStore } from "../../contracts/dataset-store.ts";
import type { TraceFilter, TraceStore } from "../../contracts/trace-store.ts";
import { NotFoundError } from "../../core/errors.ts";
import { readDataset } from "../../datasets/read-dataset.ts";
import { openRows } from "../../imports/open-rows.ts";
import type { FetchListener } from "../../project/fetch-mlflow-rows.ts";
import { openDatasets } from "../../project/find-dataset.ts";
import type { MlflowAccess } from "../../project/open-mlflow-dataset.ts";
import type { CollectionResult } from "../run/collect-answers.ts";
import { describeSkipped } from "../skipped-answers.ts";
import type { RecoveredRows, TraceRows } from "./rows-of-traces.ts";

/** The source of an optimization's rows, and the counts. */
export interface GatheredRows {
  readonly optimization: string;
  readonly dataset: string;
  /**
   * `dataset`: it already had answers. `collected`: the source model was called. `traces`: recorded calls.
   */
  readonly from: "dataset" | "collected" | "traces";
  readonly collection?: CollectionResult;
  readonly recovered?: RecoveredRows;
}

export interface GatherRequest {
  readonly config: Config;
  readonly optimization: OptimizationConfig;
  /** Absolute path of rows to send to the source model. */
  readonly inputs?: string;
  /** Use recorded calls even if the dataset exists. */
  readonly fromTraces?: TraceFilter;
  /** Rows in MLflow: fetched, or the last copy. */
  readonly mlflow: MlflowAccess;
  readonly onFetch?: FetchListener;
  /** Called when the dataset is open, or is not to be had. */
  readonly onOpened?: () => void;
  /** Called for warnings about rows that the run itself does not read again. */
  readonly onWarning: (message: string) => void;
  readonly traces: TraceStore;
  readonly datasets: DatasetStore;
  /** Calls the source model for rows and merges the answers into the dataset. */
  readonly collect: (rows: Dataset, dataset: string) => Promise<CollectionResult>;
  /**
   * Rows from recorded calls: those with inputs, and those whose inputs can be recovered with the prompt's
   * template.
   */
  readonly recover: (filter: TraceFilter) => Promise<TraceRows>;
}

/** Maximum number of models in a message. */
const mostNamed = 5;

/**
 * Ensures that an optimization has rows with answers. Uses the dataset if it has them; calls the source model
 * for rows without answers or for the rows of a file; otherwise uses recorded calls. Resolves to a config
 * that uses the gathered dataset. Rejects with NotFoundError if there are no rows.
 */
export async function gatherRows(
  request: GatherRequest,
): Promise<{ readonly config: Config; readonly gathered: GatheredRows }> {
  const { config, optimization, inputs, fromTraces } = request;
  const { dataset } = optimization;
  const names = { optimization: optimization.name, dataset };
  if (fromTraces !== undefined) return takeTraces(request, fromTraces);
  if (inputs !== undefined) {
    const source = { kind: "file", path: inputs } as const;
    const { onBadRow } = optimization;
    const declared = config.datasets[dataset]?.spec;
    const rows = await readDataset({ ...declared, name: dataset, source, onBadRow }, { openRows });
    for (const note of rows.notes ?? []) request.onWarning(note);
    return collected(request, rows);
  }
  const finder = openDatasets(config, { mlflow: request.mlflow, onFetch: request.onFetch });
  try {
    const rows = await finder.open(dataset, optimization.onBadRow).finally(request.onOpened);
    if (rows.examples.every(hasAnswer)) return { config, gathered: { ...names, from: "dataset" } };
    for (const warning of finder.warnings) request.onWarning(warning);
    return await collected(request, rows);
  } catch (error) {
    if (!(error instanceof NotFoundError) || error.kind !== "dataset") throw error;
    return await takeTraces(request, {}, error);
  } finally {
    await finder.close();
  }
}

function hasAnswer({ expected, expectedFacts, sourceOutput }: Dataset["examples"][number]): boolean {
  return expected !== undefined || expectedFacts !== undefined || sourceOutput !== undefined;
}

async function collected(request: GatherRequest, rows: Dataset) {
  const { config, optimization } = request;
  const collection = await request.collect(rows, optimization.dataset);
  return {
    config: withCollected(request, config),
    gathered: {
      optimization: optimization.name,
      dataset: optimization.dataset,
      from: "collected" as const,
      collection,
    },
  };
}

async function takeTraces(request: GatherRequest, filter: TraceFilter, cause?: NotFoundError) {
  const { config, optimization, datasets } = request;
  const { dataset } = optimization;
  const found = await request.recover(filter);
  const { records, counts } = found;
  if (records.length === 0) {
    throw new NotFoundError("dataset", dataset, cause?.near ?? [], {
      hint: `${reasonsFor(found)}; name rows with --inputs FILE, or record calls with \`dao-opt collect proxy\` or \`dao-opt collect import\``,
    });
  }
  await datasets.merge(dataset, records);
  const gathered = { optimization: optimization.name, dataset, from: "traces" as const, recovered: counts };
  return { config: withCollected(request, config), gathered };
}

/** Explains why recorded calls gave no rows. */
function reasonsFor({ counts, otherModels }: TraceRows): string {
  const others = [...otherModels].sort(([, one], [, other]) => other - one);
  const passedOver = others.reduce((sum, [, count]) => sum + count, 0);
  const named = others.slice(0, mostNamed).map(([model, count]) => `${model} (${count})`);
  const reasons = [
    ...(counts.traces === 0
      ? []
      : [`none of ${counts.traces} recorded calls matches the template of its prompt`]),
    ...(counts.failed === 0
      ? []
      : [`${counts.failed} recorded calls without a usable answer (${describeSkipped(counts.skipped)})`]),
    ...(passedOver === 0
      ? []
      : [
          `${passedOver} recorded calls of its prompt used other models than the source model: ${named.join(", ")}${others.length > mostNamed ? " …" : ""}`,
        ]),
  ];
  return reasons.length === 0 ? "no calls of its prompt are recorded" : reasons.join("; ");
}

/** A config whose dataset is the collected file. The declared split stays. */
function withCollected({ optimization, datasets }: GatherRequest, config: Config): Config {
  const { dataset } = optimization;
  const declared = config.datasets[dataset];
  if (declared === undefined) return config;
  const { name, onBadRow, groupBy } = declared.spec;
  const spec = {
    name,
    onBadRow,
    source: { kind: "file", path: datasets.fileOf(dataset) } as const,
    ...(groupBy === undefined ? {} : { groupBy }),
  };
  const { isGiven: _, ...split } = declared.split;
  return {
    ...config,
    datasets: { ...config.datasets, [dataset]: { ...declared, spec, split: { ...split, isGiven: false } } },
  };
}
