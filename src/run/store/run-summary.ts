import type { RunRecord, RunStatus } from "../../contracts/run-record.ts";
import type { JsonObject } from "../../core/data/json.ts";
import { addSpend, noSpend } from "../../core/usage.ts";
import type { RunProgress } from "./run-progress.ts";

/** One line of `runs list`. */
export interface RunSummary {
  readonly run: string;
  readonly path: string;
  readonly config: string;
  readonly startedAt: string;
  /** Progress of a running run; null if no process is running it. */
  readonly running: RunningState | null;
  /** null while the run is running, or if its process ended early. */
  readonly result: RunResultSummary | null;
}

/** `run-summaries/<id>.json`: what a list shows of a record, which holds every test row and takes long to read. */
export interface RunResultSummary {
  readonly status: RunStatus;
  readonly seconds: number;
  readonly calls: number;
  readonly usd: number | null;
  readonly improved: number;
  readonly optimizations: number;
}

/** A running run. */
export interface RunningState {
  readonly pid: number;
  readonly progress: RunProgress;
}

export function summaryOfRecord({ status, seconds, optimizations }: RunRecord): RunResultSummary {
  const { calls, usd } = optimizations.map(({ usage }) => usage.total).reduce(addSpend, noSpend);
  const improved = optimizations.filter((one) => one.status === "improved").length;
  return { status, seconds, calls, usd, improved, optimizations: optimizations.length };
}

/** Undefined if it is no such summary: the record is then read. */
export function parseSummary(json: JsonObject | undefined): RunResultSummary | undefined {
  const { status, seconds, calls, usd, improved, optimizations } = json ?? {};
  const isWhole =
    typeof status === "string" &&
    [seconds, calls, improved, optimizations].every((one) => typeof one === "number") &&
    (usd === null || typeof usd === "number");
  return isWhole ? ({ status, seconds, calls, usd, improved, optimizations } as RunResultSummary) : undefined;
}
