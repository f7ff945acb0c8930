import { estimateRun } from "../../run/plan/plan-run.ts";
import { defaultConcurrency } from "../../run/session/run-context.ts";
import { type RunResult, runProject } from "../../run/session/run-project.ts";
import { toolVersion } from "../../version.ts";
import { asTyped } from "../as-typed.ts";
import { renderSummary } from "../commands/run/text.ts";
import { type CliContext, lookOf } from "../context.ts";
import type { Settings } from "../settings.ts";
import { folderFlags } from "../terminal/folder-flags.ts";
import { nextCommands } from "../terminal/next-commands.ts";
import { printNotices } from "../terminal/notices.ts";
import { startProgress } from "../terminal/progress.ts";
import { openEventSink } from "./event-sink.ts";
import { checkCallable, uncallableModels } from "./missing-keys.ts";
import type { OpenedConfig } from "./open-config.ts";
import { runExitCode } from "./run-exit-code.ts";
import { onlyOf, sessionLimits } from "./session-settings.ts";
import { usualFolders } from "./workspace.ts";

/** The main job as flags, environment and terminal want it; `run` and `migrate` do it. */
export async function runSession(
  opened: OpenedConfig,
  settings: Settings,
  context: CliContext,
): Promise<RunResult> {
  const concurrency = settings.concurrency ?? defaultConcurrency;
  const look = lookOf(context, context.stderr, settings);
  const events = settings.events === undefined ? undefined : await openEventSink(settings.events, context);
  // Lines for a program and lines for a person do not share a stream.
  const isQuiet = settings.quiet === true || settings.events === "-";
  const planned = new Map<string, number>();
  const progress = await startProgress(context, {
    look,
    isQuiet: isQuiet || settings.progress === false,
    isVerbose: settings.verbose === true,
    plannedCalls: (name) => planned.get(name),
  });
  try {
    return await runProject({
      opened,
      ...onlyOf(settings),
      ...(settings.resume === undefined ? {} : { resume: settings.resume }),
      ...(settings.replay === undefined ? {} : { replay: settings.replay }),
      usesCache: settings.cache !== false,
      registersAnyway: settings.registerAnyway === true,
      concurrency,
      session: sessionLimits(settings),
      listeners: [progress.listen, ...(events === undefined ? [] : [events.listen])],
      clock: context.clock,
      ownProcess: context.ownProcess,
      isProcessAlive: context.isProcessAlive,
      onSignal: context.onSignal,
      exitNow: context.exitNow,
      toolVersion,
      onPlanned: (plan, project, notes) => {
        const estimates = estimateRun(plan, project, concurrency);
        // A run that is resumed or replayed may have all its answers.
        if (settings.replay === undefined && settings.resume === undefined)
          checkCallable(uncallableModels(plan, project, estimates));
        for (const estimate of estimates) planned.set(estimate.optimization, estimate.calls.total.likely);
        if (isQuiet) return;
        printNotices(context, look, { warnings: project.warnings, notes: [...project.notes, ...notes] });
      },
      exitCodeFor: (record, error) => runExitCode(record, error, settings),
    });
  } finally {
    progress.stop();
    await events
      ?.close()
      .catch((error: Error) => printNotices(context, look, { warnings: [error.message], notes: [] }));
  }
}

/** The summary table, with the commands to type next. */
export async function summaryOf(
  { record, folder }: RunResult,
  { config }: OpenedConfig,
  settings: Settings,
  context: CliContext,
): Promise<string> {
  const flags = folderFlags(context.cwd, config, await usualFolders(context));
  const look = lookOf(context, context.stdout, settings);
  return asTyped(
    renderSummary(record, look, (one) => nextCommands(one, folder.run, flags)),
    context,
  );
}
