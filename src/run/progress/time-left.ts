import type { PlannedWork, ProgressState } from "./progress-state.ts";

/** Calls and time of the whole run. */
export interface RunOutlook {
  readonly calls: number;
  /** Likely calls of all optimizations; undefined if not planned, or if more were made. */
  readonly likelyCalls: number | undefined;
  readonly usd: number | null;
  /** Seconds until all optimizations are done; undefined if nothing was planned or observed. */
  readonly secondsLeft: number | undefined;
}

/** What the whole run has done and has left, from the plan of each optimization. */
export function outlookOf(
  state: ProgressState,
  plannedWork: (optimization: string) => PlannedWork | undefined,
  nowMs: number,
): RunOutlook {
  const { names, optimization, calls, usd, earlier } = state;
  const later = names.slice(names.indexOf(optimization) + 1).map(plannedWork);
  const current = plannedWork(optimization);
  const planned = current !== undefined && current.calls >= calls ? current : undefined;
  const laterCalls = later.reduce<number | undefined>(
    (sum, one) => (sum === undefined || one === undefined ? undefined : sum + one.calls),
    0,
  );
  const isPlanned = planned !== undefined && laterCalls !== undefined;
  const elapsed = (nowMs - state.sinceMs) / 1000;
  const left = planned && secondsLeft(calls, planned.calls, elapsed, planned.seconds);
  return {
    calls: earlier.calls + calls,
    likelyCalls: isPlanned ? earlier.calls + planned.calls + laterCalls : undefined,
    usd: earlier.usd === null || usd === null ? null : earlier.usd + usd,
    secondsLeft:
      left === undefined || laterCalls === undefined ? undefined : left + secondsOfLater(later, state, nowMs),
  };
}

/** Optimizations without a measured time take as long per call as the run did so far. */
function secondsOfLater(
  later: readonly (PlannedWork | undefined)[],
  { startedMs, earlier, calls }: ProgressState,
  nowMs: number,
): number {
  const done = earlier.calls + calls;
  const perCall = done === 0 ? 0 : (nowMs - startedMs) / 1000 / done;
  return later.reduce((sum, one) => sum + (one?.seconds ?? (one?.calls ?? 0) * perCall), 0);
}

/**
 * Seconds for the remaining calls: as planned at first, and as observed towards the end. Undefined if nothing was
 * planned or observed.
 */
function secondsLeft(
  done: number,
  total: number,
  elapsed: number,
  plannedSeconds: number | undefined,
): number | undefined {
  const share = total === 0 ? 1 : done / total;
  const asPlanned = plannedSeconds === undefined ? undefined : plannedSeconds * (1 - share);
  if (done === 0) return asPlanned;
  const asObserved = (elapsed / done) * (total - done);
  return asPlanned === undefined ? asObserved : (1 - share) * asPlanned + share * asObserved;
}
