import type { OptimizationStatus, RunRecord } from "../contracts/run-record.ts";
import { type ErrorCode, InterruptedError, isDaoOptError } from "../core/errors.ts";
import type { Settings } from "./settings.ts";

/** Exit code per error code; the type requires all of them. */
const exits = {
  config_invalid: 2,
  usage_invalid: 2,
  dataset_invalid: 2,
  plugin_invalid: 2,
  not_found: 2,
  resume_refused: 2,
  registry_failed: 1,
  registry_conflict: 1,
  store_failed: 1,
  model_failed: 1,
  model_auth: 4,
  model_unreachable: 4,
  model_rate_limit: 4,
  mlflow_failed: 1,
  mlflow_unconfigured: 2,
  mlflow_auth: 4,
  mlflow_unreachable: 4,
  database_failed: 1,
  database_unprepared: 4,
  database_auth: 4,
  database_unreachable: 4,
  agent_failed: 1,
  scorer_failed: 1,
  budget_spent: 3,
  optimization_failed: 1,
  replay_missing: 1,
  queue_failed: 4,
  interrupted: 3,
} as const satisfies Record<ErrorCode, number>;

export const exitDone = 0;
export const exitRuntime = 1;
export const exitUsage = 2;
export const exitGate = 100;

const signalExits = { SIGINT: 130, SIGTERM: 143 } as const;

export function exitCodeOf(error: unknown): number {
  if (error instanceof InterruptedError && (error.reason === "SIGINT" || error.reason === "SIGTERM")) {
    return signalExits[error.reason];
  }
  return isDaoOptError(error) ? exits[error.code] : exitRuntime;
}

/** Exit code after a signal. */
export function exitCodeOfSignal(signal: "SIGINT" | "SIGTERM"): number {
  return signalExits[signal];
}

/** Exit code for a recorded error code. */
function exitCodeOfCode(code: string): number {
  return (exits as Record<string, number>)[code] ?? exitRuntime;
}

// Precedence of exit codes.
const order = [2, 4, 143, 130, 3, 1, 100, 0];

export function worstExit(codes: readonly number[]): number {
  return order.find((code) => codes.includes(code)) ?? exitDone;
}

/** The exit code of a run by precedence. */
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

/** True if `--fail-on` makes this verdict a failure. */
export function isGateFailure(status: OptimizationStatus, { failOn }: Pick<Settings, "failOn">): boolean {
  if (failOn === undefined) return false;
  return status === "regressed" || status === failOn;
}
