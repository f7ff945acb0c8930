import { resolve } from "node:path";
import { type GatheredRows, type GatherRequest, gatherRows } from "../../../collect/migrate/gather-rows.ts";
import { migrationOutcome } from "../../../collect/migrate/migration-outcome.ts";
import { recoverInputs, rowsOfTraces } from "../../../collect/migrate/rows-of-traces.ts";
import type { CollectionResult } from "../../../collect/run/collect-answers.ts";
import { planCollection } from "../../../collect/run/plan-collection.ts";
import { describeSkipped } from "../../../collect/skipped-answers.ts";
import type { OptimizationConfig } from "../../../config/config.ts";
import type { DaoOptError } from "../../../core/errors.ts";
import { datasetRecordOf } from "../../../traces/dataset-record.ts";
import { readFilter } from "../../../traces/read-trace-filter.ts";
import { type CliContext, lookOf } from "../../context.ts";
import { exitCodeOf } from "../../exit-codes.ts";
import { errorOutput } from "../../output/error-output.ts";
import { collectSession } from "../../session/collect-session.ts";
import { type OpenedConfig, openConfig } from "../../session/open-config.ts";
import { runSession } from "../../session/run-session.ts";
import { openStores, type Stores } from "../../session/workspace.ts";
import { readSettings, type Settings } from "../../settings.ts";
import { describeError } from "../../terminal/describe-error.ts";
import { startFetchProgress } from "../../terminal/fetch-progress.ts";
import { commandAgain } from "../../terminal/next-commands.ts";
import { printNotices, printResume } from "../../terminal/notices.ts";
import { runOutput } from "../run/output.ts";
import { summaryOf } from "../run/print-record.ts";
import { dryMigrate } from "./dry-run.ts";
import { gatheredOutput, type MigrateOutput, migrationOutput } from "./output.ts";
import { renderMigration } from "./text.ts";
import { wanted, withSource } from "./with-source.ts";

/** `migrate`: collects the source model's answers, optimizes for the target model and prints the decision. */
export async function migrateCommand(
  [file = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const settings = await readSettings(options, context, file);
  const found = await openConfig(file, settings, context);
  const opened = withSource(found, options["source"], settings);
  const stores = await openStores(opened.config, context);
  const look = lookOf(context, context.stderr, settings);
  const rows: GatheredRows[] = [];
  const again = (words: readonly string[]) =>
    commandAgain("migrate", file, settings, [...words, ...gatherFlags(options, opened, settings)]);
  try {
    if (settings.dryRun === true)
      return await dryMigrate(file, opened, wanted(opened, settings), {
        settings,
        context,
        gather: (optimization, datasets, collect) =>
          gather(optimization, opened, {
            options,
            settings,
            stores: { ...stores, datasets },
            context,
            collect,
          }),
      });
    let { config } = opened;
    for (const optimization of wanted(opened, settings)) {
      const done = await gather(optimization, { ...opened, config }, { options, settings, stores, context });
      rows.push(done.gathered);
      config = done.config;
      const { collection } = done.gathered;
      if (settings.quiet !== true)
        printNotices(context, look, { warnings: [], notes: [describeGathered(done.gathered)] });
      if (collection?.error !== undefined)
        return stopped(file, rows, collection.error, again([]), settings, context);
    }
    return await optimize(file, { ...opened, config }, rows, again, settings, context);
  } finally {
    await stores.traces.close();
  }
}

interface Gathering {
  readonly options: Readonly<Record<string, unknown>>;
  readonly settings: Settings;
  readonly stores: Stores;
  readonly context: CliContext;
  /** Replaces the calls to the source model. */
  readonly collect?: GatherRequest["collect"];
}

async function gather(
  optimization: OptimizationConfig,
  opened: OpenedConfig,
  { options, settings, stores, context, collect }: Gathering,
) {
  const { config, registry } = opened;
  const { inputs, fromTraces, since } = options;
  const model = optimization.sourceModel ?? "";
  const [only, ...others] = optimization.prompts;
  const choice = {
    agent: optimization.agent,
    model,
    ...(only === undefined || others.length > 0 ? {} : { prompt: only }),
  };
  const plan = await planCollection(config, choice, registry);
  const [prompt] = plan.prompts;
  const filter = readFilter({ since }, context.clock.now());
  const fetching = await startFetchProgress(context, settings);
  return gatherRows({
    config,
    optimization,
    ...(typeof inputs === "string" ? { inputs: resolve(context.cwd, inputs) } : {}),
    ...(fromTraces === true || typeof since === "string" ? { fromTraces: filter } : {}),
    mlflow: collect === undefined ? "fetch" : "cached",
    onFetch: fetching.listen,
    onOpened: fetching.stop,
    onWarning: (message) => {
      const look = lookOf(context, context.stderr, settings);
      if (settings.quiet !== true) printNotices(context, look, { warnings: [message], notes: [] });
    },
    ...stores,
    collect:
      collect ??
      ((dataset, name) =>
        collectSession({ plan, rows: dataset, dataset: name, ...stores }, opened, settings, context)),
    recover: async (wantedTraces) =>
      rowsOfTraces({
        traces: stores.traces,
        filter: wantedTraces,
        promptPath: prompt?.path ?? "",
        sourceModel: config.models[model]?.spec.name ?? model,
        inputsOf: await recoverInputs(prompt?.path ?? "", config, registry),
        recordOf: datasetRecordOf,
      }),
  });
}

async function optimize(
  file: string,
  opened: OpenedConfig,
  rows: readonly GatheredRows[],
  again: (words: readonly string[]) => string,
  settings: Settings,
  context: CliContext,
): Promise<number> {
  const result = await runSession(opened, settings, context);
  const { record, folder, error } = result;
  const output: MigrateOutput = {
    config: file,
    status: record.status,
    exit_code: record.exitCode,
    rows: rows.map(gatheredOutput),
    migrations: record.optimizations.map((one) => migrationOutput(migrationOutcome(one))),
    run: runOutput(record),
    error: null,
  };
  if (settings.json === true) context.stdout.write(`${JSON.stringify(output, null, 2)}\n`);
  else {
    const look = lookOf(context, context.stdout, settings);
    const parts = output.migrations.map((one) => renderMigration(one, file, look));
    context.stdout.write(
      [await summaryOf(result.record, opened.config, settings, context), ...parts].join("\n"),
    );
    if (error !== undefined) {
      const errorLook = lookOf(context, context.stderr, settings);
      context.stderr.write(describeError(error, { look: errorLook, isDebug: settings.debug === true }));
    }
  }
  if (record.status !== "completed") printResume(again(["--resume", folder.run]), context);
  return record.exitCode;
}

/** Reports a collection that stopped early. Nothing is optimized on incomplete rows. */
function stopped(
  file: string,
  rows: readonly GatheredRows[],
  error: DaoOptError,
  command: string,
  settings: Settings,
  context: CliContext,
): number {
  const exitCode = exitCodeOf(error);
  if (settings.json === true) {
    const { code, message, hint } = errorOutput(error).error;
    const output: MigrateOutput = {
      config: file,
      status: error.code === "interrupted" ? "interrupted" : "failed",
      exit_code: exitCode,
      rows: rows.map(gatheredOutput),
      migrations: [],
      run: null,
      error: { code, message, hint },
    };
    context.stdout.write(`${JSON.stringify(output, null, 2)}\n`);
  } else {
    const look = lookOf(context, context.stderr, settings);
    context.stderr.write(describeError(error, { look, isDebug: settings.debug === true }));
  }
  printResume(command, context);
  return exitCode;
}

/**
 * The flags that make `migrate` find the same rows again. Recorded calls were merged into the dataset already: they
 * are read again only where the config declares another source for it, since newer calls would change the plan.
 */
function gatherFlags(
  { source, inputs, fromTraces, since }: Readonly<Record<string, unknown>>,
  opened: OpenedConfig,
  settings: Settings,
): readonly string[] {
  const text = (name: string, value: unknown) => (typeof value === "string" ? [name, value] : []);
  const isDeclared = wanted(opened, settings).some(({ dataset }) => dataset in opened.config.datasets);
  return [
    ...text("--source", source),
    ...text("--inputs", inputs),
    ...(isDeclared && fromTraces === true ? ["--from-traces"] : []),
    ...(isDeclared ? text("--since", since) : []),
  ];
}

function skippedNote(skipped: CollectionResult["skipped"]): string {
  const text = describeSkipped(skipped);
  return text === "" ? "" : ` (skipped: ${text})`;
}

function describeGathered({ optimization, dataset, collection, recovered }: GatheredRows): string {
  if (collection !== undefined)
    return `${optimization}: ${collection.model} answered ${collection.answered} of ${collection.rows} rows${skippedNote(collection.skipped)}, now in dataset ${dataset}`;
  if (recovered !== undefined)
    return `${optimization}: ${recovered.rows} rows from ${recovered.traces} recorded calls (${recovered.ambiguous} ambiguous, ${recovered.unmatched} from other templates${recovered.failed === 0 ? "" : `; skipped: ${describeSkipped(recovered.skipped)}`}), now in dataset ${dataset}`;
  return `${optimization}: dataset ${dataset} already has answers`;
}
