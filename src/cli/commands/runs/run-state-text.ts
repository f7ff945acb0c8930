import { describeProgress, type RunProgress } from "../../../run/store/run-progress.ts";
import type { RunStateOutput } from "./output.ts";

/** A run that goes on, or whose process ended before it did, in a few lines. */
export function renderRunState(output: RunStateOutput, progress: RunProgress): string {
  const { run, status, process, go_on_with: command } = output;
  const head =
    status === "running"
      ? `${run} is running: still going on in process ${process}`
      : `${run} is interrupted: its process ended; what was answered is kept`;
  const next = command === null ? [] : ["go on with:", `  ${command}`];
  return `${[head, `  ${describeProgress(progress)}`, ...next].join("\n")}\n`;
}
