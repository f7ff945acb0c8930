import type { CompletionRequest, ModelLayer, UnusedAttempt } from "../../contracts/language-model.ts";
import type { ModelError } from "../../core/errors.ts";
import type { TokenUsage } from "../../core/usage.ts";
import { estimatedUsage } from "../estimated-usage.ts";
import { type RetryOptions, withRetries } from "../retries.ts";
import { withComplete } from "./with-complete.ts";

export interface RetryLayerOptions extends RetryOptions {
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
