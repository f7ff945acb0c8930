import { z } from "zod";
import type { RunProgress } from "../../../run/store/run-progress.ts";
import type { RunFolder, StoredPlan } from "../../../run/store/run-store.ts";
import type { RunningState } from "../../../run/store/run-summary.ts";

/** Output of `runs show --json` for a running or interrupted run. */
export const runStateOutputSchema = z.object({
  run: z.string(),
  config: z.string(),
  status: z.enum(["running", "interrupted"]),
  started_at: z.string(),
  process: z.int().nullable().describe("id of the running process; null if there is none"),
  last_event_at: z.string().nullable(),
  calls: z.int().describe("answers so far"),
  optimizations: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      phase: z.string().nullable(),
      step: z.int().nullable(),
      of: z.int().nullable().describe("planned steps, if known"),
      calls: z.int(),
    }),
  ),
  go_on_with: z.string().nullable().describe("command that resumes the run; null while it is running"),
});

export type RunStateOutput = z.infer<typeof runStateOutputSchema>;

export function runStateOutput(
  { run }: RunFolder,
  { plan, startedAt }: StoredPlan,
  progress: RunProgress,
  at: { readonly running: RunningState } | { readonly goOnWith: string },
): RunStateOutput {
  const isRunning = "running" in at;
  return {
    run,
    config: plan.config,
    status: isRunning ? "running" : "interrupted",
    started_at: startedAt,
    process: isRunning ? at.running.pid : null,
    last_event_at: progress.lastEventAt,
    calls: progress.calls,
    optimizations: progress.optimizations.map((one) => ({ ...one })),
    go_on_with: isRunning ? null : at.goOnWith,
  };
}
