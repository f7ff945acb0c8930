import type { OptimizationPlan } from "../contracts/run-plan.ts";
import type { Purse } from "./budget/purse.ts";
import type { Runtime } from "./run-context.ts";

const everyMs = 250;
const usualCallMs = 1000;

/**
 * Closes the purse when the plan's minutes are over, less the time the gate will take at the pace
 * seen so far. Minutes of earlier sessions of the run count.
 */
export function startTimeWatch(
  plan: OptimizationPlan,
  runtime: Runtime,
  purse: Purse,
  gateCalls: number,
): { stop(): void } {
  const { minutes } = plan.budget;
  if (minutes === undefined) return { stop: () => {} };
  const startedMs = runtime.clock.monotonicMs();
  const look = (): void => {
    const elapsedMs = runtime.clock.monotonicMs() - startedMs;
    const callMs =
      purse.spent.calls === 0 ? usualCallMs / runtime.concurrency : elapsedMs / purse.spent.calls;
    const gateMs = Math.min(gateCalls * callMs, minutes * 60_000 * 0.5);
    if (runtime.elapsedBeforeMs + elapsedMs + gateMs >= minutes * 60_000) purse.close("minutes");
  };
  const timer = setInterval(look, everyMs);
  look();
  return { stop: () => clearInterval(timer) };
}
