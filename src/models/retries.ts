import type { CompletionRequest, ModelLayer, UnusedAttempt } from "../contracts/language-model.ts";
import { ModelError } from "../core/errors.ts";
import type { TokenUsage } from "../core/usage.ts";
import type { Clock } from "./clock.ts";
import { withComplete } from "./layers/with-complete.ts";
import { estimatedUsage } from "./limits/answer-lengths.ts";

/** A pause before a further attempt. */
interface Pause {
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
  /** The longest a rate limit is waited for, all its refusals in a row together; default: 300 s. */
  readonly patienceMs?: number;
  /** Are the refusals of a rate limit no attempts? Default: they count like any other failure. */
  readonly isRateLimitFree?: boolean;
  readonly onPause?: (pause: Pause) => void;
}

const firstDelayMs = 400;
/** All calls of a model wait for it, and one tries first. */
const firstLimitDelayMs = 100;
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
  const { retries, clock, random, patienceMs = longestAskedDelayMs, isRateLimitFree, onPause } = options;
  let attempts = 0;
  let failures = 0;
  let refusals = 0;
  let limitedSinceMs: number | undefined;
  for (;;) {
    const outcome = await settle(attemptOnce);
    if (!(outcome instanceof ModelError)) return outcome;
    const isAllowed = mayGoOn(outcome);
    const isLimited = outcome.kind === "rate_limit";
    attempts++;
    if (isLimited) refusals++;
    else limitedSinceMs = undefined;
    if (!(isLimited && isRateLimitFree === true)) failures++;
    const asked = outcome.retryAfterMs;
    const durationMs = isLimited
      ? limitPauseMs(refusals, asked, random())
      : pauseMs(failures, asked, random());
    const longestMs = isLimited ? patienceMs : longestAskedDelayMs;
    if (isLimited) limitedSinceMs ??= clock.now();
    const waitedMs = limitedSinceMs === undefined ? 0 : clock.now() - limitedSinceMs;
    const isTooLong = waitedMs + (asked ?? (isLimited ? durationMs : 0)) > longestMs;
    if (!outcome.isRetryable || !isAllowed || isTooLong || failures > retries)
      throw lastError(outcome, attempts, outcome.isRetryable && (asked ?? 0) > longestMs);
    onPause?.({ durationMs, attempt: attempts, error: outcome });
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
function pauseMs(failures: number, askedMs: number | undefined, random: number): number {
  if (askedMs === undefined) return backoffMs(firstDelayMs, failures, random);
  // What the provider asks for is the least; the tenth on top keeps callers from returning as one.
  return Math.round(askedMs * (1 + random / 10));
}

function backoffMs(firstMs: number, failures: number, random: number): number {
  return Math.round(Math.min(longestDelayMs, firstMs * 2 ** (failures - 1)) * (0.5 + random / 2));
}

/** The same for a rate limit: where a wait as long as asked did not help, the next one is longer. */
export function limitPauseMs(refusals: number, askedMs: number | undefined, random: number): number {
  const ownMs = backoffMs(firstLimitDelayMs, refusals, random);
  if (askedMs === undefined) return ownMs;
  return Math.max(pauseMs(refusals, askedMs, random), refusals > 1 ? ownMs : 0);
}

function lastError(error: ModelError, attempts: number, isTooLong: boolean): ModelError {
  const seconds = Math.round((error.retryAfterMs ?? 0) / 1000);
  if (attempts === 1 && !isTooLong) return error;
  const tries = attempts === 1 ? "" : ` (${attempts} attempts)`;
  const wait = isTooLong ? `, and asks to wait ${seconds} s` : "";
  return error.with({ message: `${error.message}${wait}${tries}` });
}

interface RetryLayerOptions extends RetryOptions {
  /** What an attempt that was sent and never answered is booked at. */
  readonly lostUsage?: (request: CompletionRequest) => TokenUsage;
}

/**
 * Asks again after a fault that may pass. An attempt that is billed and cannot be used is reported to
 * `onUnused`, which may forbid a further one.
 */
export function retryLayer({ lostUsage = inputOnly, ...options }: RetryLayerOptions): ModelLayer {
  return (model) =>
    withComplete(model, (request) => {
      let isFirst = true;
      const attempt = () => {
        if (!isFirst) request.onRetry?.();
        isFirst = false;
        return model.complete(request);
      };
      return withRetries(options, request.signal, attempt, (error) => {
        const unused = unusedAttempt(error, () => lostUsage(request));
        return unused === undefined || (request.onUnused?.(unused) ?? true);
      });
    });
}

/** What the failed attempt is billed for; undefined when it is not billed. A lost one is booked at an estimate. */
function unusedAttempt(error: ModelError, lostUsage: () => TokenUsage): UnusedAttempt | undefined {
  if (error.billing === "none") return undefined;
  if (error.billing === "answered") return { inputTokens: 0, outputTokens: 0, ...error.usage };
  return { ...lostUsage(), isLost: true, isEstimated: true };
}

function inputOnly({ messages }: CompletionRequest): TokenUsage {
  return estimatedUsage(messages, "");
}
