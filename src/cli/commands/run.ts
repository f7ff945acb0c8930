import { resolve } from "node:path";
import type { RunEvent } from "../../contracts/events.ts";
import type { RunRecord } from "../../contracts/run-record.ts";
import { UsageError } from "../../core/errors.ts";
import { resolveProject } from "../../project/resolve-project.ts";
import { estimateRun, planRun } from "../../run/plan-run.ts";
import { toRecordJson } from "../../run/record-json.ts";
import { runProject } from "../../run/run-project.ts";
import { toolVersion } from "../../version.ts";
import { type CliContext, lookOf } from "../context.ts";
import { exitCodeOf, exitCodeOfCode, exitDone, exitGate, exitRuntime, worstExit } from "../exit-codes.ts";
import { openConfig } from "../open-config.ts";
import { planOutput } from "../output/plan-output.ts";
import { runOutput } from "../output/run-output.ts";
import { readSettings, type Settings } from "../settings.ts";
import { describeError } from "../terminal/describe-error.ts";
import { folderFlags } from "../terminal/folder-flags.ts";
import { renderJunit } from "../terminal/junit.ts";
import { renderMarkdown } from "../terminal/markdown.ts";
import { nextCommands } from "../terminal/next-commands.ts";
import { renderPlan } from "../terminal/plan-text.ts";
import { startProgress } from "../terminal/progress.ts";
import { renderSummary, statusWords } from "../terminal/summary.ts";
import { appendOutput, writeOutput } from "../write-file.ts";

const defaultConcurrency = 8;

/** `run`: read, resolve, plan, execute, publish, print. */
export async function runCommand(
  [file = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const settings = await readSettings(options, context, file);
  if (settings.resume !== undefined && settings.replay !== undefined) {
    throw new UsageError("--resume and --replay exclude each other", {
      hint: "--resume goes on with a run, --replay repeats one from its journal",
    });
  }
  const opened = await openConfig(file, settings, context);
  const concurrency = settings.concurrency ?? defaultConcurrency;
  const look = lookOf(context, context.stdout, settings);
  if (settings.dryRun === true) {
    const project = await resolveProject(opened.config, { ...opened, ...onlyOf(settings) });
    const plan = planRun(project);
    const estimates = estimateRun(plan, project, concurrency);
    const output = planOutput(plan, estimates, {
      concurrency,
      warnings: project.warnings,
      notes: project.notes,
      statePath: opened.config.statePath,
      registryPath: opened.config.registryPath,
    });
    context.stdout.write(
      settings.json === true ? `${JSON.stringify(output, null, 2)}\n` : renderPlan(output, look),
    );
    return exitDone;
  }

  const events = openEvents(settings, context);
  const errLook = lookOf(context, context.stderr, settings);
  const planned = new Map<string, number>();
  const progress = await startProgress(context, {
    look: errLook,
    isQuiet: settings.quiet === true || settings.progress === false,
    isVerbose: settings.verbose === true,
    plannedCalls: (name) => planned.get(name),
  });
  const outcome = await runProject({
    opened,
    ...onlyOf(settings),
    ...(settings.resume === undefined ? {} : { resume: settings.resume }),
    ...(settings.replay === undefined ? {} : { replay: settings.replay }),
    usesCache: settings.cache !== false,
    registersAnyway: settings.registerAnyway === true,
    concurrency,
    session: {
      ...(settings.maxCalls === undefined ? {} : { calls: settings.maxCalls }),
      ...(settings.maxCost === undefined ? {} : { usd: settings.maxCost }),
      ...(settings.timeout === undefined ? {} : { timeoutMs: settings.timeout }),
    },
    listeners: [progress.listen, ...(events === undefined ? [] : [events.listen])],
    clock: context.clock,
    pid: context.pid,
    isProcessAlive: context.isProcessAlive,
    onSignal: context.onSignal,
    exitNow: context.exitNow,
    toolVersion,
    onPlanned: (plan, project, notes) => {
      for (const estimate of estimateRun(plan, project, concurrency))
        planned.set(estimate.optimization, estimate.calls.total.likely);
      if (settings.quiet === true) return;
      for (const text of project.warnings) context.stderr.write(`warning: ${text}\n`);
      for (const text of [...project.notes, ...notes]) context.stderr.write(`${text}\n`);
    },
    exitCodeFor: (record, error) => exitCodeFor(record, error, settings),
  }).finally(() => progress.stop());

  const { record, error } = outcome;
  await events?.close();
  if (settings.junit !== undefined)
    await writeOutput(resolve(context.cwd, settings.junit), junitOf(record, settings));
  const summaryFile = context.env["GITHUB_STEP_SUMMARY"];
  if (summaryFile !== undefined && summaryFile !== "")
    await appendOutput(summaryFile, renderMarkdown(record));
  if (settings.json === true) {
    context.stdout.write(`${JSON.stringify(runOutput(record), null, 2)}\n`);
    return record.exitCode;
  }
  const folders = folderFlags(context.cwd, {
    registry: opened.config.registryPath,
    state: opened.config.statePath,
  });
  context.stdout.write(renderSummary(record, look, (one) => nextCommands(one, record.run, folders)));
  if (error !== undefined) {
    context.stderr.write(describeError(error, { look: errLook, isDebug: settings.debug === true }));
    context.stderr.write(
      `everything answered is kept; go on with: dao-opt run ${file} --resume ${record.run}\n`,
    );
  }
  return record.exitCode;
}

function onlyOf(settings: Settings): { only?: readonly string[] } {
  return settings.only === undefined ? {} : { only: settings.only };
}

/** The highest of what happened, in the order of the table. */
function exitCodeFor(record: RunRecord, error: Error | undefined, settings: Settings): number {
  const codes = record.optimizations.map((optimization) => {
    if (optimization.status === "failed")
      return optimization.error === null ? exitRuntime : failedExit(optimization.error.code);
    return isGateFailure(optimization.status, settings) ? exitGate : exitDone;
  });
  return worstExit(
    error === undefined ? codes : [exitCodeOf(error), ...codes.filter((code) => code !== exitDone)],
  );
}

/** An optimization that failed is a run-time error, whatever its cause, unless the provider refused us. */
function failedExit(code: string): number {
  const exit = exitCodeOfCode(code);
  return exit === 4 || exit === 3 || exit === 2 ? exit : exitRuntime;
}

function isGateFailure(status: string, { failOn }: Settings): boolean {
  if (failOn === undefined) return false;
  return status === "regressed" || (failOn === "no_proven_improvement" && status === "no_proven_improvement");
}

function junitOf(record: RunRecord, settings: Settings): string {
  return renderJunit(
    `dao-opt run ${record.config}`,
    record.optimizations.map((one) => ({
      name: one.name,
      className: record.config,
      seconds: one.seconds,
      ...(isGateFailure(one.status, settings)
        ? { failure: `${statusWords[one.status]}: ${one.reason ?? ""}` }
        : {}),
      ...(one.status === "failed" ? { error: one.error?.message ?? one.reason ?? "failed" } : {}),
      ...(one.status === "skipped" ? { skipped: one.reason ?? "skipped" } : {}),
      output: `${statusWords[one.status]}: ${one.reason ?? ""}`,
    })),
  );
}

/** Where `--events` sends each event, a JSON object a line. */
function openEvents(settings: Settings, context: CliContext) {
  const target = settings.events;
  if (target === undefined) return undefined;
  const lineOf = (event: RunEvent) => `${JSON.stringify(toRecordJson(event))}\n`;
  if (target === "-") {
    return { listen: (event: RunEvent) => context.stderr.write(lineOf(event)), close: async () => {} };
  }
  const path = resolve(context.cwd, target);
  let pending = writeOutput(path, "");
  pending.catch(() => {});
  return {
    listen: (event: RunEvent) => {
      pending = pending.then(() => appendOutput(path, lineOf(event)));
      pending.catch(() => {});
    },
    close: () => pending,
  };
}
