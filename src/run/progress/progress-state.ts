import type { RunEvent, RunPhase } from "../../contracts/events.ts";
import { rejectionCause } from "./rejection-cause.ts";

export interface PlannedWork {
  readonly calls: number;
  /** Estimated from measured times; absent if they are unknown. */
  readonly seconds?: number | undefined;
}

/** What a run is doing, from its events. Times are monotonic milliseconds. */
export interface ProgressState {
  /** All optimizations in order; empty if the work has no list of them. */
  names: readonly string[];
  optimization: string;
  phase: RunPhase | "start" | undefined;
  /** Rows of the phase, and answers of the target in it so far. */
  rows: number | undefined;
  answers: number;
  step: number | undefined;
  steps: number | undefined;
  best: number | undefined;
  base: number | undefined;
  /** Of the current optimization. */
  calls: number;
  usd: number | null;
  sinceMs: number;
  /** Of the finished ones. */
  readonly earlier: { calls: number; usd: number | null };
  startedMs: number;
  /** Candidates of the current step. */
  accepted: number;
  readonly rejected: Map<string, number>;
  /** The present wait; over when its time is. */
  wait: { readonly text: string; readonly untilMs: number } | undefined;
}

/** Shorter waits are over before they are read. */
const leastWaitSeconds = { waiting: 1, retrying: 3 } as const;

export function freshProgress(nowMs: number): ProgressState {
  return {
    ...{ names: [], optimization: "", phase: undefined, rows: undefined, answers: 0 },
    ...{ step: undefined, steps: undefined, best: undefined, base: undefined },
    ...{ calls: 0, usd: 0, sinceMs: nowMs, earlier: { calls: 0, usd: 0 }, startedMs: nowMs },
    ...{ accepted: 0, rejected: new Map(), wait: undefined },
  };
}

/** Applies one event. */
export function applyEvent(
  state: ProgressState,
  { optimization, event }: Pick<RunEvent, "optimization" | "event">,
  nowMs: number,
): void {
  switch (event.type) {
    case "run-started":
      state.names = event.optimizations;
      return;
    case "optimization-started":
      startOptimization(state, optimization ?? "", nowMs);
      return;
    case "phase-started":
      // Each evaluation counts its calls from 0.
      if (event.phase === "evaluation") startOptimization(state, optimization ?? "", nowMs);
      state.optimization = optimization ?? state.optimization;
      Object.assign(state, { phase: event.phase, rows: event.rows, answers: 0, step: undefined });
      return;
    case "base-measured":
      state.base = event.validation;
      return;
    case "step-started":
      state.step = event.step;
      state.steps = event.of !== undefined && Number.isFinite(event.of) ? event.of : undefined;
      return;
    case "step-finished":
      state.best = event.validation;
      return;
    case "call-finished":
      state.calls = event.spend.calls + event.spend.cachedCalls;
      state.usd = event.spend.usd;
      if (event.role === "target" || event.role === "source") state.answers++;
      return;
    case "candidate-accepted":
      state.accepted++;
      return;
    case "candidate-rejected":
    case "reflection-failed":
      countRejection(state, rejectionCause(event.reason));
      return;
    case "waiting":
    case "retrying":
      // While one call waits a moment for its retry, the others go on.
      if (event.seconds < leastWaitSeconds[event.type]) return;
      state.wait = { text: waitText(event), untilMs: nowMs + event.seconds * 1000 };
      return;
    default:
      return;
  }
}

/** Ends the counts of a step, once its line was printed. */
export function closeStep(state: ProgressState): void {
  state.accepted = 0;
  state.rejected.clear();
}

function startOptimization(state: ProgressState, optimization: string, nowMs: number): void {
  const { earlier, calls, usd } = state;
  earlier.calls += calls;
  earlier.usd = earlier.usd === null || usd === null ? null : earlier.usd + usd;
  closeStep(state);
  Object.assign(state, {
    ...{ optimization, phase: "start", rows: undefined, answers: 0, step: undefined, steps: undefined },
    ...{ best: undefined, base: undefined, calls: 0, usd: 0, sinceMs: nowMs, wait: undefined },
  });
}

function countRejection({ rejected }: ProgressState, cause: string): void {
  rejected.set(cause, (rejected.get(cause) ?? 0) + 1);
}

type WaitEvent = Extract<RunEvent["event"], { type: "waiting" | "retrying" }>;

/** `12 s for offline/large (429, retry 2 of 5)` */
function waitText({ model, seconds, status, ...event }: WaitEvent): string {
  const details = [
    isFault(status) ? String(status) : "",
    "attempt" in event && event.attempt !== undefined
      ? `retry ${event.attempt}${event.of === undefined || event.attempt > event.of ? "" : ` of ${event.of}`}`
      : "",
  ].filter((part) => part !== "");
  return `${waitSeconds(seconds)} for ${model}${details.length === 0 ? "" : ` (${details.join(", ")})`}`;
}

/** Whether a status says what went wrong; a broken answer may come with 200. */
export function isFault(status: number | undefined): status is number {
  return status !== undefined && status >= 400;
}

/** `20 s`: the provider's value, rounded if above one second. */
export function waitSeconds(seconds: number): string {
  return `${seconds >= 1 ? Math.round(seconds) : Number(seconds.toFixed(1))} s`;
}
