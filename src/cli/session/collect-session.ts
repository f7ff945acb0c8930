import { type CollectionResult, collectAnswers } from "../../collect/run/collect-answers.ts";
import type { CollectionPlan } from "../../collect/run/plan-collection.ts";
import type { Dataset, DatasetStore } from "../../contracts/dataset-store.ts";
import type { TraceStore } from "../../contracts/trace-store.ts";
import { type CliContext, lookOf } from "../context.ts";
import { type Settings, sessionLimits } from "../settings.ts";
import { printNotices } from "../terminal/notices.ts";
import { progressShown, startProgress } from "../terminal/progress.ts";
import type { OpenedConfig } from "./open-config.ts";
import { concurrencyOf, openPool } from "./open-pool.ts";

/** The rows to collect and the target stores. */
interface CollectSession {
  readonly plan: CollectionPlan;
  readonly rows: Dataset;
  readonly dataset: string;
  readonly traces: TraceStore;
  readonly datasets: DatasetStore;
}

const defaultMaxErrorRate = 0.2;

/** Runs a collection with the settings of the command line, for `collect` and `migrate`. */
export async function collectSession(
  session: CollectSession,
  { config, catalog }: Pick<OpenedConfig, "config" | "catalog">,
  settings: Settings,
  context: CliContext,
): Promise<CollectionResult> {
  const look = lookOf(context, context.stderr, settings);
  const isQuiet = settings.quiet === true;
  const { rows, plan } = session;
  const progress = await startProgress(context, {
    look,
    shows: progressShown(settings),
    isVerbose: settings.verbose === true,
    plannedWork: () => ({ calls: rows.examples.length }),
  });
  const skipped =
    rows.skipped.length === 0 ? [] : [`${rows.name}: ${rows.skipped.length} rows skipped (on_bad_row: skip)`];
  if (!isQuiet) printNotices(context, look, { warnings: skipped, notes: plan.notes });
  const pool = await openPool(config, settings, context);
  try {
    return await collectAnswers({
      ...session,
      config,
      catalog,
      concurrency: concurrencyOf(settings, pool),
      pool,
      usesCache: settings.cache !== false,
      session: sessionLimits(settings),
      listeners: [progress.listen],
      clock: context.clock,
      resumes: settings.resume !== undefined,
      maxErrorRate: defaultMaxErrorRate,
      onSignal: context.onSignal,
      exitNow: context.exitNow,
    });
  } finally {
    progress.stop();
    await pool?.close();
  }
}
