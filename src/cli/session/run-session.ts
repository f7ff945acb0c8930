import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { resolve } from "node:path";
import { finished } from "node:stream/promises";
import type { RunEvent, RunListener } from "../../contracts/events.ts";
import { shellWord } from "../../core/text/shell-word.ts";
import { renderJsonLine } from "../../formats/json-lines.ts";
import { estimateRun } from "../../run/plan/plan-run.ts";
import type { PlannedWork } from "../../run/progress/progress-state.ts";
import { toRecordJson } from "../../run/record/record-json.ts";
import type { RunRequest } from "../../run/session/run-request.ts";
import { readModelTimes } from "../../run/store/times-file.ts";
import { type MlflowRunResult, runWithMlflow } from "../../run/tracking/run-with-mlflow.ts";
import { toolVersion } from "../../version.ts";
import { type CliContext, lookOf } from "../context.ts";
import { runExitCode } from "../exit-codes.ts";
import { onlyOf, type Settings, sessionLimits } from "../settings.ts";
import { startFetchProgress } from "../terminal/fetch-progress.ts";
import { printNotices } from "../terminal/notices.ts";
import { progressShown, startProgress } from "../terminal/progress.ts";
import { checkCallable, uncallableModels } from "./missing-keys.ts";
import type { OpenedConfig } from "./open-config.ts";
import { concurrencyOf, openPool } from "./open-pool.ts";
import { cannotWrite, writeBelow } from "./write-file.ts";

/** Runs the optimizations with the settings of the command line, for `run` and `migrate`. */
export async function runSession(
  opened: OpenedConfig,
  settings: Settings,
  context: CliContext,
): Promise<MlflowRunResult> {
  const pool = await openPool(opened.config, settings, context);
  const concurrency = concurrencyOf(settings, pool);
  const look = lookOf(context, context.stderr, settings);
  const events = settings.events === undefined ? undefined : await openEventSink(settings.events, context);
  // Events on stderr replace the progress output.
  const isQuiet = settings.quiet === true || settings.events === "-";
  const planned = new Map<string, PlannedWork>();
  let budgetUsd: number | undefined;
  const times = await readModelTimes(opened.config.statePath);
  const progress = await startProgress(context, {
    look,
    shows: progressShown(settings),
    isVerbose: settings.verbose === true,
    plannedWork: (name) => planned.get(name),
    capUsd: () => leastOf(budgetUsd, settings.maxCost),
  });
  const fetching = await startFetchProgress(context, settings);
  const flags = settings.registry === undefined ? "" : ` --registry ${shellWord(settings.registry)}`;
  try {
    const request: RunRequest = {
      opened,
      ...onlyOf(settings),
      ...(settings.resume === undefined ? {} : { resume: settings.resume }),
      ...(settings.replay === undefined ? {} : { replay: settings.replay }),
      usesCache: settings.cache !== false,
      registersAnyway: settings.registerAnyway === true,
      concurrency,
      pool,
      session: sessionLimits(settings),
      listeners: [progress.listen, ...(events === undefined ? [] : [events.listen])],
      clock: context.clock,
      ownProcess: context.ownProcess,
      isProcessAlive: context.isProcessAlive,
      onSignal: context.onSignal,
      exitNow: context.exitNow,
      toolVersion,
      onFetch: fetching.listen,
      onPlanned: (plan, project, notes) => {
        fetching.stop();
        const estimates = estimateRun(plan, project, { concurrency, times });
        // A resumed or replayed run may already have all its answers.
        // Workers have their own keys.
        if (settings.replay === undefined && settings.resume === undefined && pool === undefined)
          checkCallable(uncallableModels(plan, project, estimates));
        budgetUsd = sumOf(plan.optimizations.map(({ budget }) => budget.usd));
        for (const { optimization, calls, seconds } of estimates)
          planned.set(optimization, { calls: calls.total.likely, seconds: seconds?.likely });
        if (isQuiet) return;
        printNotices(context, look, { warnings: project.warnings, notes: [...project.notes, ...notes] });
      },
      exitCodeFor: (record, error) => runExitCode(record, error, settings),
    };
    const result = await runWithMlflow(request, flags);
    progress.stop();
    printNotices(context, look, {
      warnings: result.warnings,
      notes: isQuiet ? [] : result.notes,
    });
    return result;
  } finally {
    fetching.stop();
    progress.stop();
    await pool?.close();
    await events
      ?.close()
      .catch((error: Error) => printNotices(context, look, { warnings: [error.message], notes: [] }));
  }
}

/** Undefined if one of them is. */
function sumOf(values: readonly (number | undefined)[]): number | undefined {
  return values.some((value) => value === undefined)
    ? undefined
    : values.reduce<number>((sum, value = 0) => sum + value, 0);
}

function leastOf(...values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Target of `--events`: one JSON object per line. */
interface RunEventSink {
  readonly listen: RunListener;
  /** Resolves after flushing; rejects with StoreError. */
  close(): Promise<void>;
}

/** `-` is stderr. Rejects with StoreError, before any call, if the file is not writable. */
async function openEventSink(target: string, context: CliContext): Promise<RunEventSink> {
  const lineOf = (event: RunEvent) => renderJsonLine(toRecordJson(event));
  if (target === "-") {
    return { listen: (event) => context.stderr.write(lineOf(event)), close: async () => {} };
  }
  const file = resolve(context.cwd, target);
  await writeBelow(file, "");
  const stream = createWriteStream(file, { flags: "a" });
  const rethrow = (cause: unknown): never => {
    throw cannotWrite(file, cause as NodeJS.ErrnoException);
  };
  await once(stream, "open").catch(rethrow);
  const done = finished(stream).catch(rethrow);
  // close() reports the error; until then the rejection must count as handled.
  done.catch(() => {});
  return {
    listen: (event) => {
      stream.write(lineOf(event));
    },
    close: async () => {
      stream.end();
      await done;
    },
  };
}
