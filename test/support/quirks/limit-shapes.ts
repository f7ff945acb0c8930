import type { WireAnswer } from "../loopback-wire.ts";
import { openaiError } from "./wire-shapes.ts";

/** A rate limit in OpenAI's wording. */
export function limited(
  message: string,
  headers: Readonly<Record<string, string>> = {},
  code = "rate_limit_exceeded",
): WireAnswer {
  return openaiError(429, message, { type: "requests", code }, headers);
}

export const quotaFailure = (...quotaIds: readonly string[]) => ({
  "@type": "type.googleapis.com/google.rpc.QuotaFailure",
  violations: quotaIds.map((quotaId) => ({
    quotaMetric: "generativelanguage.googleapis.com/generate_content_free_tier_requests",
    quotaId,
    quotaDimensions: { location: "global", model: "gemini-2.0-flash" },
  })),
});
export const retryInfo = (retryDelay: string) => ({
  "@type": "type.googleapis.com/google.rpc.RetryInfo",
  retryDelay,
});
export const exceeded = "You exceeded your current quota, please check your plan and billing details.";
