import type { OptimizationStatus, RunRecord } from "../../contracts/run-record.ts";
import { exitCodeOf, exitCodeOfCode, exitDone, exitGate, exitRuntime, worstExit } from "../exit-codes.ts";
import type { Settings } from "../settings.ts";

/** The highest of what happened in a run, in the order of the table. */
export function runExitCode(
  { optimizations }: Pick<RunRecord, "optimizations">,
  error: Error | undefined,
  settings: Pick<Settings, "failOn">,
): number {
  const codes = optimizations.map(({ status, error: own }) => {
    if (status === "failed") return own === null ? exitRuntime : exitCodeOfCode(own.code);
    return isGateFailure(status, settings) ? exitGate : exitDone;
  });
  return worstExit(error === undefined ? codes : [exitCodeOf(error), ...codes]);
}

/** Does `--fail-on` call this verdict a failure? */
export function isGateFailure(status: OptimizationStatus, { failOn }: Pick<Settings, "failOn">): boolean {
  if (failOn === undefined) return false;
  return status === "regressed" || status === failOn;
}
