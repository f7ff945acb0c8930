import { resolve } from "node:path";
import type { RunRecord } from "../../../contracts/run-record.ts";
import { UsageError } from "../../../core/errors.ts";
import { type CliContext, lookOf } from "../../context.ts";
import { exitRuntime, isGateFailure, worstExit } from "../../exit-codes.ts";
import { openConfig } from "../../session/open-config.ts";
import { runSession } from "../../session/run-session.ts";
import { appendOutput, writeBelow } from "../../session/write-file.ts";
import { readSettings, type Settings } from "../../settings.ts";
import { describeError } from "../../terminal/describe-error.ts";
import { renderJunit } from "../../terminal/junit.ts";
import { resumeCommand } from "../../terminal/next-commands.ts";
import { printResume } from "../../terminal/notices.ts";
import { dryRun } from "./dry-run.ts";
import { printRecord } from "./print-record.ts";
import { renderMarkdown } from "./render-markdown.ts";
import { statusWords } from "./summary-cell.ts";

/** `run`: read, resolve, plan, execute, publish, print. */
export async function runCommand(
  [file = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const settings = await readSettings(options, context, file);
  if (settings.resume !== undefined && settings.replay !== undefined) {
    throw new UsageError("--resume and --replay cannot be combined", {
      hint: "--resume continues a run, --replay repeats one from its journal",
    });
  }
  const isProbing = options["probe"] === true;
  if (isProbing && settings.dryRun !== true) {
    throw new UsageError("--probe needs --dry-run", { hint: "or use dao-opt headroom" });
  }
  const opened = await openConfig(file, settings, context);
  if (settings.dryRun === true) return dryRun(opened, settings, isProbing, context);
  const look = lookOf(context, context.stderr, settings);
  const result = await runSession(opened, settings, context);
  const { record, folder, error } = result;

  await printRecord(record, opened.config, settings, context);
  if (error !== undefined && settings.json !== true) {
    context.stderr.write(describeError(error, { look, isDebug: settings.debug === true }));
  }
  if (record.status !== "completed" && settings.replay === undefined) {
    printResume(resumeCommand(file, folder.run, settings), context);
  }
  // The result is already printed; a failed file write only adds an error.
  const isWritten = await writeSummaries(record, settings, context).then(
    () => true,
    (failure: unknown) => {
      context.stderr.write(describeError(failure, { look, isDebug: settings.debug === true }));
      return false;
    },
  );
  return isWritten ? record.exitCode : worstExit([record.exitCode, exitRuntime]);
}

/** Writes the result for CI: JUnit XML and a GitHub step summary. */
export async function writeSummaries(
  record: RunRecord,
  settings: Settings,
  context: CliContext,
): Promise<void> {
  const { cwd, env } = context;
  const stepSummary = env["GITHUB_STEP_SUMMARY"];
  if (stepSummary !== undefined && stepSummary !== "") {
    await appendOutput(resolve(cwd, stepSummary), renderMarkdown(record));
  }
  if (settings.junit !== undefined)
    await writeBelow(resolve(cwd, settings.junit), renderRunJunit(record, settings));
}

/** Renders a run as JUnit: one case per optimization. A verdict covered by `--fail-on` is a failure. */
export function renderRunJunit(record: RunRecord, settings: Pick<Settings, "failOn">): string {
  return renderJunit(
    `dao-opt run ${record.config}`,
    record.optimizations.map(({ name, status, reason, seconds, error }) => {
      const verdict = `${statusWords[status]}: ${reason ?? ""}`;
      return {
        name,
        className: record.config,
        seconds,
        ...(isGateFailure(status, settings) ? { failure: verdict } : {}),
        ...(status === "failed" ? { error: error?.message ?? verdict } : {}),
        ...(status === "skipped" ? { skipped: verdict } : {}),
        output: verdict,
      };
    }),
  );
}
