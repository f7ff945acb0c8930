import type { CompletionRequest, ModelLayer, UnusedAttempt } from "../contracts/language-model.ts";
import { ModelError } from "../core/errors.ts";
import type { TokenUsage } from "../core/usage.ts";
import { type Clock, throwIfAborted } from "./clock.ts";
import { withComplete } from "./layers/with-complete.ts";
import { estimatedUsage } from "./limits/answer-lengths.ts";
import { isWorkerLost, mostLosses } from "./lost-attempts.ts";

/** A pause before a retry. */
export interface Pause {
  readonly durationMs: number;
  /** 1 for the first failed attempt. */
  readonly attempt: number;
  readonly error: ModelError;
}

export interface RetryOptions {
  /** Number of retries after the first attempt. */
  readonly retries: number;
  readonly clock: Clock;
  /** Uniform in [0, 1); spreads retries of calls that failed together. */
  readonly random: () => number;
  /** Longest total wait for consecutive rate-limit errors; default: 300 s. */
  readonly patienceMs?: number;
  /** Whether rate-limit errors are not counted as attempts. Default: they count. */
  readonly isRateLimitFree?: boolean;
  readonly onPause?: (pause: Pause) => void;
}

const firstDelayMs = 400;
/** Short, because all calls of a model wait together and one retries first. */
const firstLimitDelayMs = 100;
const longestDelayMs = 20_000;
/** A provider that asks for a longer wait is closed for the day; waiting would look like a hang. */
const longestAskedDelayMs = 300_000;

/**
 * Retries temporary errors with doubling, jittered pauses, or as long as the provider asks to wait. Rejects with
 * the last ModelError. `mayGoOn` is called after each failure and may prevent a retry.
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
  let losses = 0;
  let limitedSinceMs: number | undefined;
  for (;;) {
    const outcome = await settle(attemptOnce);
    if (!(outcome instanceof ModelError)) return outcome;
    const isAllowed = mayGoOn(outcome);
    if (isWorkerLost(outcome) && isAllowed && ++losses < mostLosses) {
      // Not a failure of the provider: another worker makes the attempt at once.
      throwIfAborted(signal);
      continue;
    }
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

/** The pause after the given number of failures, or the wait the provider asks for. */
function pauseMs(failures: number, askedMs: number | undefined, random: number): number {
  if (askedMs === undefined) return backoffMs(firstDelayMs, failures, random);
  // Wait at least as long as asked; up to a tenth more keeps callers from retrying at the same moment.
  return Math.round(askedMs * (1 + random / 10));
}

function backoffMs(firstMs: number, failures: number, random: number): number {
  return Math.round(Math.min(longestDelayMs, firstMs * 2 ** (failures - 1)) * (0.5 + random / 2));
}

/** The pause for a rate limit: if a wait as long as asked did not help, the next one is longer. */
export function limitPauseMs(refusals: number, askedMs: number | undefined, random: number): number {
  const ownMs = backoffMs(firstLimitDelayMs, refusals, random);
  if (askedMs === undefined) return ownMs;
  return Math.max(pauseMs(refusals, askedMs, random), refusals > 1 ? ownMs : 0);
}

function lastError(error: ModelError, attempts: number, isTooLong: boolean): ModelError {
  const seconds = Math.round((error.retryAfterMs ?? 0) / 1000);
  if (attempts === 1 && !isTooLong) return error;
  const tries = attempts === 1 ? "" : ` (${attempts} attempts)`;
  const wait = isTooLong ? `, and asks for a wait of ${seconds} s` : "";
  return error.with({ message: `${error.message}${wait}${tries}` });
}

interface RetryLayerOptions extends RetryOptions {
  /** Usage recorded for an attempt that was sent and never answered. */
  readonly lostUsage?: (request: CompletionRequest) => TokenUsage;
}

/**
 * Retries temporary errors. A billed attempt without a usable answer is reported to `onUnused`, which may prevent
 * a retry.
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

/** What a failed attempt costs; undefined if it is not billed. A lost attempt is estimated. */
function unusedAttempt(error: ModelError, lostUsage: () => TokenUsage): UnusedAttempt | undefined {
  if (error.billing === "none") return undefined;
  if (error.billing === "answered") return { inputTokens: 0, outputTokens: 0, ...error.usage };
  return { ...lostUsage(), isLost: true, isEstimated: true };
}

function inputOnly({ messages }: CompletionRequest): TokenUsage {
  return estimatedUsage(messages, "");
}
