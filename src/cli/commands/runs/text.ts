import { relative } from "node:path";
import { defined } from "../../../core/defined.ts";
import { describeProgress, type RunProgress, readRunProgress } from "../../../run/store/run-progress.ts";
import type { RunFolder, RunStore } from "../../../run/store/run-store.ts";
import type { RunningState } from "../../../run/store/run-summary.ts";
import { asTyped, type CliContext } from "../../context.ts";
import type { Settings } from "../../settings.ts";
import { resumeCommand } from "../../terminal/next-commands.ts";
import { type RunStateOutput, runStateOutput } from "./output.ts";

/** Prints the state of a run without a record: running or interrupted. */
export async function showRunState(
  runStore: RunStore,
  folder: RunFolder,
  running: RunningState | undefined,
  settings: Settings,
  context: CliContext,
): Promise<void> {
  const stored = await runStore.readPlan(folder);
  const progress = running?.progress ?? (await readRunProgress(folder.file("events.jsonl")));
  const at =
    running === undefined
      ? { goOnWith: goOnCommand(stored.configPath, folder.run, settings, context) }
      : { running };
  const output = runStateOutput(folder, stored, progress, at);
  const text =
    settings.json === true ? `${JSON.stringify(output, null, 2)}\n` : renderRunState(output, progress);
  context.stdout.write(settings.json === true ? text : asTyped(text, context));
}

/** The resume command for the working folder. */
export function goOnCommand(
  configPath: string,
  run: string,
  { state, registry }: Settings,
  { cwd }: CliContext,
): string {
  return resumeCommand(relative(cwd, configPath), run, defined({ state, registry }));
}

/** Renders a running or interrupted run in a few lines. */
function renderRunState(output: RunStateOutput, progress: RunProgress): string {
  const { run, status, process, go_on_with: command } = output;
  const head =
    status === "running"
      ? `${run} is running in process ${process}`
      : `${run} was interrupted; its answers are kept`;
  const next = command === null ? [] : ["resume with:", `  ${command}`];
  return `${[head, `  ${describeProgress(progress)}`, ...next].join("\n")}\n`;
}
