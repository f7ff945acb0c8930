import type { ModelSpec } from "../../contracts/model-spec.ts";
import { ModelError } from "../../core/errors.ts";
import type { Clock } from "../clock.ts";

export interface AskAgainOptions {
  /** How often a request is repeated, and how long in all a rate limit is waited for. */
  readonly spec: Pick<ModelSpec, "retries" | "rateLimitPatienceMs">;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called before and after a pause, in which nothing can come from the provider. */
  readonly onPause: (isOver: boolean) => void;
}

const firstDelayMs = 500;
const longestDelayMs = 8_000;
const usualPatienceMs = 20_000;

/**
 * Runs a task, and again after a fault that may pass: `retries` times at most, with doubling pauses or as long as
 * the provider asks. A provider that asks for more than the patience left is not waited for: its error, with its
 * status and the time it named, is the caller's at once. Rejects with ModelError.
 */
export async function askAgain<Result>(
  { spec, clock, signal, onPause }: AskAgainOptions,
  task: () => Promise<Result>,
): Promise<Result> {
  let waitedMs = 0;
  for (let attempt = 0; ; attempt++) {
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof ModelError) || !error.isRetryable || attempt >= spec.retries) throw error;
      const pauseMs = error.retryAfterMs ?? backoffMs(attempt);
      if (waitedMs + pauseMs > (spec.rateLimitPatienceMs ?? usualPatienceMs)) throw error;
      waitedMs += pauseMs;
      onPause(false);
      await clock.sleep(pauseMs, signal);
      onPause(true);
    }
  }
}

/** Spread a little, so that calls that failed together do not return as one. */
function backoffMs(attempt: number): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** attempt) * (1 - Math.random() / 4);
}
