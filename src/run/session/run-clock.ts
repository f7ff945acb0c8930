import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import { isDaoOptError } from "../../core/errors.ts";
import type { BudgetReservations } from "../budget/budget-reservations.ts";
import type { Runtime, WallClock } from "./run-context.ts";

const longestPauseMs = 250;
const usualCallMs = 1000;
const msPerMinute = 60_000;

/**
 * Closes the budget when the plan's minutes are over, minus the gate's time at the current pace, and records
 * after which admission. Time has no effect while answers of an earlier session are repeated.
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
    // However slow the calls are, the search gets half of the time.
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
 * The run's time. On resume, each answer from the journal advances it to the moment that answer arrived in
 * the earlier session, and it continues from the last one. Time between sessions does not count.
 */
export interface RunClock {
  elapsedMs(): number;
  /** Advances to the time at which an answer of the journal arrived. */
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
