import type { CompletionRequest, ModelLayer, UnusedAttempt } from "../../contracts/language-model.ts";
import type { ModelError } from "../../core/errors.ts";
import { lostUsage } from "../lost-usage.ts";
import { type RetryOptions, withRetries } from "../retries.ts";
import { withComplete } from "./with-complete.ts";

export interface RetryLayerOptions extends RetryOptions {
  /** The model's own limit of output tokens. */
  readonly maxTokens?: number | undefined;
}

/**
 * Asks again after a fault that may pass. An attempt that is billed and cannot be used is reported to
 * `onUnused`, which may forbid a further one.
 */
export function retryLayer({ maxTokens, ...options }: RetryLayerOptions): ModelLayer {
  return (model) =>
    withComplete(model, (request) =>
      withRetries(
        options,
        request.signal,
        () => model.complete(request),
        (error) => {
          const unused = unusedAttempt(error, request, maxTokens);
          return unused === undefined || (request.onUnused?.(unused) ?? true);
        },
      ),
    );
}

/** What the failed attempt is billed for; undefined when it is not billed. A lost one is booked at an estimate. */
function unusedAttempt(
  error: ModelError,
  request: CompletionRequest,
  maxTokens: number | undefined,
): UnusedAttempt | undefined {
  if (error.billing === "none") return undefined;
  if (error.billing === "answered") return { inputTokens: 0, outputTokens: 0, ...error.usage };
  return lostUsage(request, maxTokens);
}
