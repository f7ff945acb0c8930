import { relative } from "node:path";
import { describeProgress, type RunProgress, readRunProgress } from "../../../run/store/run-progress.ts";
import type { RunFolder, RunningState, RunStore } from "../../../run/store/run-store.ts";
import type { CliContext } from "../../context.ts";
import type { Settings } from "../../settings.ts";
import { resumeCommand } from "../../terminal/next-commands.ts";
import { type RunStateOutput, runStateOutput } from "./output.ts";

/** Prints where a run is that has no record: it goes on, or its process ended before it did. */
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
  context.stdout.write(text);
}

/** The command that goes on with a run, as typed in the working folder. */
export function goOnCommand(
  configPath: string,
  run: string,
  { state }: Settings,
  { cwd }: CliContext,
): string {
  return resumeCommand(relative(cwd, configPath), run, state === undefined ? {} : { state });
}

/** A run that goes on, or whose process ended before it did, in a few lines. */
function renderRunState(output: RunStateOutput, progress: RunProgress): string {
  const { run, status, process, go_on_with: command } = output;
  const head =
    status === "running"
      ? `${run} is running: still going on in process ${process}`
      : `${run} is interrupted: its process ended; what was answered is kept`;
  const next = command === null ? [] : ["go on with:", `  ${command}`];
  return `${[head, `  ${describeProgress(progress)}`, ...next].join("\n")}\n`;
}
