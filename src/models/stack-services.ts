import { createAdaptationLog } from "./adaptations.ts";
import { systemClock } from "./clock.ts";
import { createInFlight } from "./in-flight.ts";
import { createCallLimiter } from "./layers/limit.ts";
import { createReachability } from "./layers/reachability.ts";
import { createRateGates } from "./rate-gates.ts";
import type { StackServices } from "./stack.ts";

/** The shared parts of all stacks of one run; `concurrency` is `-j`. */
export function createStackServices({
  concurrency,
  clock = systemClock,
  random = Math.random,
  adaptations = createAdaptationLog(),
  ...given
}: Pick<StackServices, "catalog" | "answers" | "models" | "session" | "listener"> &
  Partial<Pick<StackServices, "clock" | "random" | "adaptations">> & {
    readonly concurrency: number;
  }): StackServices {
  return {
    ...given,
    clock,
    random,
    adaptations,
    rateGates: createRateGates(clock, random),
    limiter: createCallLimiter(concurrency, clock),
    reachability: createReachability(),
    inFlight: createInFlight(),
  };
}
