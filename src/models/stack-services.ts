import { createAdaptationLog } from "./adaptations.ts";
import { createCallLimiter } from "./layers/limit.ts";
import { createReachability } from "./layers/reachability.ts";
import { createAnswerLengths } from "./limits/answer-lengths.ts";
import { createInFlight } from "./limits/in-flight.ts";
import { createRateGates } from "./limits/rate-gates.ts";
import type { StackServices } from "./stack.ts";
import { systemClock } from "./timing/clock.ts";

/** The shared parts of all stacks of one run; `concurrency` is `-j`. */
export function createStackServices({
  concurrency,
  clock = systemClock,
  random = Math.random,
  adaptations = createAdaptationLog(),
  ...given
}: Pick<StackServices, "catalog" | "answers" | "models" | "session" | "listener" | "onToolLimit"> &
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
    lengths: createAnswerLengths(),
  };
}
