import { resolve } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { estimateRun } from "../../run/plan-run.ts";
import { defaultConcurrency } from "../../run/run-context.ts";
import { type RunResult, runProject } from "../../run/run-project.ts";
import { toolVersion } from "../../version.ts";
import { type CliContext, type Look, lookOf } from "../context.ts";
import { openEventSink } from "../event-sink.ts";
import { exitRuntime, worstExit } from "../exit-codes.ts";
import { type OpenedConfig, openConfig } from "../open-config.ts";
import { runOutput } from "../output/run-output.ts";
import { runExitCode } from "../run-exit-code.ts";
import { onlyOf, sessionLimits } from "../session-settings.ts";
import { readSettings, type Settings } from "../settings.ts";
import { describeError } from "../terminal/describe-error.ts";
import { folderFlags } from "../terminal/folder-flags.ts";
import { renderMarkdown } from "../terminal/markdown.ts";
import { nextCommands } from "../terminal/next-commands.ts";
import { tellNotices } from "../terminal/notices.ts";
import { startProgress } from "../terminal/progress.ts";
import { resumeCommand } from "../terminal/resume-command.ts";
import { renderRunJunit } from "../terminal/run-junit.ts";
import { renderSummary } from "../terminal/summary.ts";
import { wrapCommand } from "../terminal/wrap.ts";
import { appendOutput, writeBelow } from "../write-file.ts";
import { dryRun } from "./dry-run.ts";

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
  if (settings.dryRun === true) return dryRun(opened, settings, concurrency, context);
  const look = lookOf(context, context.stderr, settings);
  const result = await run(opened, settings, concurrency, look, context);
  const { record, folder, error } = result;

  if (settings.json === true) context.stdout.write(`${JSON.stringify(runOutput(record), null, 2)}\n`);
  else context.stdout.write(summaryOf(result, opened, settings, context));
  if (error !== undefined && settings.json !== true) {
    context.stderr.write(describeError(error, { look, isDebug: settings.debug === true }));
  }
  if (record.status !== "completed" && settings.replay === undefined) {
    const command = wrapCommand(resumeCommand(file, folder.run, settings), look.columns - 2);
    context.stderr.write(`what is answered is kept; go on with:\n${command.replace(/^/gm, "  ")}\n`);
  }
  // The result is told by now: a file that cannot be written adds its error to it.
  const isWritten = await writeSummaries(result, settings, context).then(
    () => true,
    (failure: unknown) => {
      context.stderr.write(describeError(failure, { look, isDebug: settings.debug === true }));
      return false;
    },
  );
  return isWritten ? record.exitCode : worstExit([record.exitCode, exitRuntime]);
}

async function run(
  opened: OpenedConfig,
  settings: Settings,
  concurrency: number,
  look: Look,
  context: CliContext,
): Promise<RunResult> {
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
      pid: context.pid,
      isProcessAlive: context.isProcessAlive,
      onSignal: context.onSignal,
      exitNow: context.exitNow,
      toolVersion,
      onPlanned: (plan, project, notes) => {
        for (const estimate of estimateRun(plan, project, concurrency))
          planned.set(estimate.optimization, estimate.calls.total.likely);
        if (isQuiet) return;
        tellNotices(context, look, { warnings: project.warnings, notes: [...project.notes, ...notes] });
      },
      exitCodeFor: (record, error) => runExitCode(record, error, settings),
    });
  } finally {
    progress.stop();
    await events?.close().catch((error: Error) => context.stderr.write(`warning: ${error.message}\n`));
  }
}

function summaryOf(
  { record, folder }: RunResult,
  { config }: OpenedConfig,
  settings: Settings,
  context: CliContext,
): string {
  const flags = folderFlags(context.cwd, { registry: config.registryPath, state: config.statePath });
  const look = lookOf(context, context.stdout, settings);
  return renderSummary(record, look, (one) => nextCommands(one, folder.run, flags));
}

/** The same result for machines that build: JUnit, and Markdown on the page of a GitHub step. */
async function writeSummaries({ record }: RunResult, settings: Settings, context: CliContext): Promise<void> {
  const { cwd, env } = context;
  const stepSummary = env["GITHUB_STEP_SUMMARY"];
  if (stepSummary !== undefined && stepSummary !== "") {
    await appendOutput(resolve(cwd, stepSummary), renderMarkdown(record));
  }
  if (settings.junit !== undefined)
    await writeBelow(resolve(cwd, settings.junit), renderRunJunit(record, settings));
}
