import type { CompletionRequest, UnusedAttempt } from "../contracts/language-model.ts";
import { estimatedUsage } from "./estimated-usage.ts";

/**
 * What an attempt is booked at that was sent and never answered: its input counted, its output at the limit that
 * the request had. Without a limit, none of the output is counted.
 */
export function lostUsage({ messages, parameters }: CompletionRequest, ownLimit?: number): UnusedAttempt {
  const { inputTokens } = estimatedUsage(messages, "");
  const limit = parameters?.maxTokens ?? ownLimit ?? 0;
  return { inputTokens, outputTokens: Math.max(0, limit), isLost: true, isEstimated: true };
}
