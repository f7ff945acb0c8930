import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GatheredRows, GatherRequest } from "../../../collect/migrate/gather-rows.ts";
import { noneSkipped } from "../../../collect/skipped-answers.ts";
import type { Config, OptimizationConfig } from "../../../config/config.ts";
import type { DatasetStore } from "../../../contracts/dataset-store.ts";
import { noSpend } from "../../../core/usage.ts";
import { openDatasetStore } from "../../../datasets/open-dataset-store.ts";
import { UncachedDatasetError } from "../../../project/open-mlflow-dataset.ts";
import { defaultConcurrency } from "../../../run/session/run-context.ts";
import { asTyped, type CliContext, lookOf } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import type { OpenedConfig } from "../../session/open-config.ts";
import type { Settings } from "../../settings.ts";
import { planOf } from "../run/dry-run.ts";
import type { MigrationPlanOutput } from "./output.ts";
import { renderMigrationPlan } from "./text.ts";

interface DryMigration {
  readonly settings: Settings;
  readonly context: CliContext;
  /** Gathers rows into the given store; `collect` replaces the calls to the source model. */
  readonly gather: (
    optimization: OptimizationConfig,
    datasets: DatasetStore,
    collect: GatherRequest["collect"],
  ) => Promise<{ readonly config: Config; readonly gathered: GatheredRows }>;
}

/**
 * `migrate --dry-run`: shows where rows would come from and plans the optimization on them. Makes no calls
 * and writes only to a temporary folder. Rows that the source model has yet to answer cannot be planned on.
 */
export async function dryMigrate(
  file: string,
  opened: OpenedConfig,
  optimizations: readonly OptimizationConfig[],
  { settings, context, gather }: DryMigration,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "dao-opt-migrate-"));
  try {
    const datasets = openDatasetStore({ folder });
    const rows: MigrationPlanOutput["rows"] = [];
    const planned: string[] = [];
    let { config } = opened;
    for (const optimization of optimizations) {
      const { key, name, dataset } = optimization;
      const found = await gather(optimization, datasets, toBeCollected).catch(ifUncached);
      if (found === undefined) {
        // The plan warns of it.
        planned.push(key);
        continue;
      }
      const { config: changed, gathered } = found;
      const { from, collection, recovered } = gathered;
      rows.push({
        optimization: name,
        dataset,
        from,
        rows: collection?.rows ?? recovered?.rows ?? null,
        source_calls: collection?.rows ?? 0,
      });
      if (from !== "collected") planned.push(key);
      if (from === "traces") config = { ...config, datasets: withFile(changed, optimization, datasets) };
    }
    const plan =
      planned.length === 0
        ? null
        : await planOf(
            { ...opened, config },
            { ...settings, only: planned },
            settings.concurrency ?? defaultConcurrency,
          );
    const output: MigrationPlanOutput = { config: file, rows, plan };
    context.stdout.write(
      settings.json === true
        ? `${JSON.stringify(output, null, 2)}\n`
        : asTyped(renderMigrationPlan(output, lookOf(context, context.stdout, settings)), context),
    );
    return exitDone;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function ifUncached(error: unknown): undefined {
  if (!(error instanceof UncachedDatasetError)) throw error;
}

/** A collection result without calls; holds the number of rows it would send. */
const toBeCollected: GatherRequest["collect"] = async (rows) => ({
  model: "",
  rows: rows.examples.length,
  answered: 0,
  skipped: noneSkipped(),
  emptyWithReasoning: 0,
  failed: 0,
  resumed: 0,
  recorded: 0,
  merged: { added: 0, updated: 0, unchanged: 0, rows: 0 },
  losses: { count: 0 },
  usage: noSpend,
  seconds: 0,
});

/** A dataset store in which one dataset is replaced by a temporary file. */
function withFile(
  { datasets }: Config,
  { dataset, onBadRow, seed }: OptimizationConfig,
  store: DatasetStore,
): Config["datasets"] {
  const declared = datasets[dataset] ?? {
    key: dataset,
    spec: { name: dataset, onBadRow },
    split: { seed, isGiven: false },
  };
  const source = { kind: "file", path: store.fileOf(dataset) } as const;
  return { ...datasets, [dataset]: { ...declared, spec: { ...declared.spec, source } } };
}
