import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import { isDaoOptError } from "../../core/errors.ts";
import type { BudgetReservations } from "../budget/budget-reservations.ts";
import type { Runtime, WallClock } from "./run-context.ts";

const longestPauseMs = 250;
const usualCallMs = 1000;
const msPerMinute = 60_000;

/**
 * Closes the purse when the plan's minutes are over, less the time the gate will take at the pace seen so
 * far, and notes at which call. While answers of an earlier session are repeated, time decides nothing.
 */
export function startTimeWatch(
  plan: OptimizationPlan,
  runtime: Runtime,
  reservations: BudgetReservations,
  gateCalls: number,
): { stop(): void } {
  const { minutes } = plan.budget;
  if (minutes === undefined || runtime.closings.of(plan.name) !== undefined) return { stop: () => {} };
  const limitMs = minutes * msPerMinute;
  const startedMs = runtime.elapsedMs();
  let isOver = false;
  const look = (): void => {
    if (isOver || runtime.closings.isRepeating()) return;
    const elapsedMs = runtime.elapsedMs() - startedMs;
    const { calls } = reservations.spent;
    const callMs = calls === 0 ? usualCallMs / runtime.concurrency : elapsedMs / calls;
    // However slow the calls were, the search has half of the time.
    const gateMs = Math.min(gateCalls * callMs, limitMs / 2);
    isOver = elapsedMs + gateMs >= limitMs;
    if (!isOver) return;
    try {
      runtime.closings.note(plan.name, reservations.admissions);
    } catch (error) {
      if (!isDaoOptError(error)) throw error;
      runtime.abort(error);
    }
    reservations.close("minutes");
  };
  const timer = setInterval(look, Math.min(longestPauseMs, limitMs / 20));
  return { stop: () => clearInterval(timer) };
}

/**
 * Time as the run has it: on resume it jumps, with each answer taken out of the journal, to the moment that
 * answer came in the session before, and goes on from the last one. Time between sessions does not count.
 */
export interface RunClock {
  elapsedMs(): number;
  /** An answer of the journal was used; it had come so late in the run. */
  moveTo(elapsedMs: number): void;
}

export function createRunClock(clock: Pick<WallClock, "monotonicMs">): RunClock {
  let originMs = clock.monotonicMs();
  const elapsedMs = () => clock.monotonicMs() - originMs;
  return {
    elapsedMs,
    moveTo(recordedMs) {
      originMs -= Math.max(0, recordedMs - elapsedMs());
    },
  };
}
