import { ModelError } from "../core/errors.ts";
import type { Clock } from "./clock.ts";

/** A pause before a further attempt. */
export interface Pause {
  readonly durationMs: number;
  /** 1 for the first failed attempt. */
  readonly attempt: number;
  readonly error: ModelError;
}

export interface RetryOptions {
  /** Further attempts after the first. */
  readonly retries: number;
  readonly clock: Clock;
  /** Uniform in [0, 1); spreads the attempts of calls that failed together. */
  readonly random: () => number;
  /**
   * How long a rate limit is waited for, without counting its refusals as attempts. Absent: a rate limit is an
   * error like any other.
   */
  readonly patienceMs?: number;
  readonly onPause?: (pause: Pause) => void;
}

const firstDelayMs = 400;
const longestDelayMs = 20_000;
/** A provider that asks for more has closed for the day; waiting for it would look like a hang. */
const longestAskedDelayMs = 300_000;

/**
 * Tries again after a fault that may pass, with doubling, jittered pauses, or as long as the provider asks to
 * wait. Rejects with the last ModelError; `mayGoOn` is asked after each failure and may forbid a further attempt.
 */
export async function withRetries<Result>(
  options: RetryOptions,
  signal: AbortSignal | undefined,
  attemptOnce: () => Promise<Result>,
  mayGoOn: (error: ModelError) => boolean = () => true,
): Promise<Result> {
  const { retries, clock, random, patienceMs, onPause } = options;
  let failures = 0;
  let refusals = 0;
  let limitedSinceMs: number | undefined;
  for (;;) {
    const outcome = await settle(attemptOnce);
    if (!(outcome instanceof ModelError)) return outcome;
    const isAllowed = mayGoOn(outcome);
    const isWaitedFor = outcome.kind === "rate_limit" && patienceMs !== undefined;
    const attempt = isWaitedFor ? ++refusals : ++failures;
    const durationMs = pauseMs(attempt, outcome.retryAfterMs, random());
    if (isWaitedFor) {
      limitedSinceMs ??= clock.now();
      const waitedMs = clock.now() - limitedSinceMs;
      if (!isAllowed || waitedMs + (outcome.retryAfterMs ?? durationMs) > patienceMs) throw outcome;
    } else {
      const isTooLong = (outcome.retryAfterMs ?? 0) > longestAskedDelayMs;
      if (!outcome.isRetryable || !isAllowed || isTooLong || failures > retries)
        throw lastError(outcome, failures);
    }
    onPause?.({ durationMs, attempt, error: outcome });
    await clock.sleep(durationMs, signal);
  }
}

async function settle<Result>(attempt: () => Promise<Result>): Promise<Result | ModelError> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
}

/** The pause after the given number of failures, where the provider may ask for one. */
export function pauseMs(failures: number, askedMs: number | undefined, random: number): number {
  const backoffMs = Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1)) * (0.5 + random / 2);
  // What the provider asks for is the least; the tenth on top keeps callers from returning as one.
  return Math.round(askedMs === undefined ? backoffMs : askedMs * (1 + random / 10));
}

function lastError(error: ModelError, attempts: number): ModelError {
  const seconds = Math.round((error.retryAfterMs ?? 0) / 1000);
  const isTooLong = seconds * 1000 > longestAskedDelayMs;
  if (attempts === 1 && !isTooLong) return error;
  const tries = attempts === 1 ? "" : ` (${attempts} attempts)`;
  const wait = isTooLong ? `, and asks to wait ${seconds} s` : "";
  return error.with({ message: `${error.message}${wait}${tries}` });
}
