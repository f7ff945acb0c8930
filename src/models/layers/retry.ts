import type {
  Completion,
  CompletionRequest,
  ModelLayer,
  UnusedAttempt,
} from "../../contracts/language-model.ts";
import { ModelError } from "../../core/errors.ts";
import type { TokenUsage } from "../../core/usage.ts";
import type { Clock } from "../clock.ts";
import { estimatedUsage } from "../estimated-usage.ts";
import { withComplete } from "./with-complete.ts";

export interface RetryOptions {
  /** Further attempts after the first. */
  readonly retries: number;
  readonly clock: Clock;
  /** Uniform in [0, 1); spreads the attempts of calls that failed together. */
  readonly random: () => number;
  /** What an attempt that was sent and never answered is booked at. */
  readonly lostUsage?: (request: CompletionRequest) => TokenUsage;
}

const firstDelayMs = 400;
const longestDelayMs = 20_000;
/** A provider that asks for more has closed for the day; waiting for it would look like a hang. */
const longestAskedDelayMs = 300_000;

/**
 * Asks again after a fault that may pass, with doubling, jittered pauses, or as long as the provider
 * asks to wait. An attempt that is billed and cannot be used is reported to `onUnused`, which may forbid a
 * further one.
 */
export function retryLayer({ retries, clock, random, lostUsage = inputOnly }: RetryOptions): ModelLayer {
  return (model) =>
    withComplete(model, async (request) => {
      for (let attempt = 1; ; attempt++) {
        const outcome = await attemptOnce(model.complete, request);
        if (!(outcome instanceof ModelError)) return outcome;
        const unused = unusedAttempt(outcome, () => lostUsage(request));
        const mayPay = unused === undefined || (request.onUnused?.(unused) ?? true);
        const isTooLong = (outcome.retryAfterMs ?? 0) > longestAskedDelayMs;
        if (!outcome.isRetryable || !mayPay || isTooLong || attempt > retries)
          throw lastError(outcome, attempt);
        await clock.sleep(delayMs(attempt, outcome, random()), request.signal);
        request.onRetry?.();
      }
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

async function attemptOnce(
  complete: (request: CompletionRequest) => Promise<Completion>,
  request: CompletionRequest,
): Promise<Completion | ModelError> {
  try {
    return await complete(request);
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
}

function delayMs(attempt: number, error: ModelError, random: number): number {
  const backoffMs = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1)) * (0.5 + random / 2);
  // What the provider asks for is the least; the tenth on top keeps callers from returning as one.
  return Math.round(error.retryAfterMs === undefined ? backoffMs : error.retryAfterMs * (1 + random / 10));
}

function lastError(error: ModelError, attempts: number): ModelError {
  if (attempts === 1 && (error.retryAfterMs ?? 0) <= longestAskedDelayMs) return error;
  const tries = attempts === 1 ? "" : ` (${attempts} attempts)`;
  const seconds = Math.round((error.retryAfterMs ?? 0) / 1000);
  const wait = seconds * 1000 > longestAskedDelayMs ? `, and asks to wait ${seconds} s` : "";
  const { kind, status, retryAfterMs, usage, hint, cause } = error;
  return new ModelError(`${error.message}${wait}${tries}`, {
    kind,
    status,
    retryAfterMs,
    usage,
    hint,
    cause,
  });
}
