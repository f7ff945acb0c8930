import { relative } from "node:path";
import { readRunProgress } from "../../run/store/run-progress.ts";
import type { RunFolder, RunningState, RunStore } from "../../run/store/run-store.ts";
import { runStateOutput } from "../commands/runs/output.ts";
import { renderRunState } from "../commands/runs/run-state-text.ts";
import type { CliContext } from "../context.ts";
import type { Settings } from "../settings.ts";
import { resumeCommand } from "../terminal/resume-command.ts";

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
