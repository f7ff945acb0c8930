import type { WireAnswer } from "../loopback-wire.ts";
import { exceeded, limited, quotaFailure, retryInfo } from "./limit-shapes.ts";
import type { Quirk } from "./quirk.ts";
import { geminiError, once, openaiError } from "./wire-shapes.ts";

const answered = { kind: "text", text: "ok", requests: 2, billable: 1 } as const;
function waiting(
  id: string,
  provider: string,
  what: string,
  source: string,
  waitsMs: number,
  answer: WireAnswer,
): Quirk {
  return { id, provider, what, source, respond: once(answer), expect: { ...answered, waitsMs } };
}

/** Temporary limits, and quotas that are not. */
export const rateLimitQuirks: readonly Quirk[] = [
  waiting(
    "limit-reset-requests",
    "OpenAI",
    "only x-ratelimit-reset-requests has the delay",
    "OpenAI docs: rate limits in headers",
    20_000,
    limited("Rate limit reached for gpt-4o on requests per min (RPM): Limit 3, Used 3.", {
      "x-ratelimit-limit-requests": "3",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "20s",
      "x-ratelimit-remaining-tokens": "149984",
      "x-ratelimit-reset-tokens": "6ms",
    }),
  ),
  waiting(
    "limit-reset-tokens",
    "OpenAI",
    "the tokens are used up, not the requests",
    "OpenAI docs: rate limits in headers",
    63_500,
    limited("Rate limit reached for gpt-4o on tokens per min (TPM).", {
      "x-ratelimit-remaining-requests": "59",
      "x-ratelimit-reset-requests": "1s",
      "x-ratelimit-remaining-tokens": "0",
      "x-ratelimit-reset-tokens": "1m3.5s",
    }),
  ),
  {
    id: "limit-reset-of-the-other",
    provider: "Groq",
    what: "the reset of a dimension that is not used up is not a hint",
    source: "Pythagora-io/gpt-pilot#862",
    respond: once(
      limited("Rate limit reached on tokens per minute (TPM).", {
        "retry-after": "2",
        "x-ratelimit-remaining-requests": "14370",
        "x-ratelimit-reset-requests": "2m59.56s",
        "x-ratelimit-remaining-tokens": "0",
        "x-ratelimit-reset-tokens": "2s",
      }),
    ),
    expect: { ...answered, waitsMs: 2000 },
  },
  waiting(
    "limit-retry-after",
    "OpenAI",
    "Retry-After in seconds",
    "RFC 9110, Retry-After",
    2000,
    limited("Rate limit reached.", { "retry-after": "2" }),
  ),
  waiting(
    "limit-retry-after-ms",
    "Azure",
    "retry-after-ms in milliseconds",
    "Azure OpenAI docs: quota",
    1500,
    limited("Rate limit reached.", { "retry-after-ms": "1500" }),
  ),
  waiting(
    "limit-longest-hint",
    "OpenAI",
    "Retry-After is shorter than the reset of what is used up",
    "contract: the longest of the hints",
    30_000,
    limited("Rate limit reached.", {
      "retry-after": "1",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "30s",
    }),
  ),
  waiting(
    "limit-anthropic-headers",
    "Anthropic",
    "limits have names and dates of their own beside Retry-After",
    "Anthropic docs: rate limits",
    13_000,
    {
      status: 429,
      headers: {
        "retry-after": "13",
        "anthropic-ratelimit-requests-remaining": "0",
        "anthropic-ratelimit-requests-reset": "2026-01-01T00:00:13Z",
      },
      body: {
        type: "error",
        error: { type: "rate_limit_error", message: "This request would exceed your rate limit." },
      },
    },
  ),
  waiting(
    "limit-groq-message",
    "Groq",
    "only the message has the delay",
    "danielmiessler/Fabric#364",
    50_597,
    limited(
      "Rate limit reached for model `llama3-70b-8192` in organization `org` on tokens per minute (TPM): Limit 7000, Used 0, Requested ~12903. Please try again in 50.597142857s.",
    ),
  ),
  waiting(
    "limit-message-ms",
    "OpenAI",
    "the message has milliseconds",
    "OpenAI community: try again in 850ms",
    850,
    limited("Rate limit reached for gpt-4o in organization org. Please try again in 850ms."),
  ),
  waiting(
    "limit-azure-message",
    "Azure",
    "the message: retry after 26 seconds",
    "Azure OpenAI docs: call rate limit",
    26_000,
    openaiError(
      429,
      "Requests to the ChatCompletions_Create Operation under Azure OpenAI API have exceeded call rate limit of your current OpenAI S0 pricing tier. Please retry after 26 seconds.",
      { code: "429" },
    ),
  ),
  waiting(
    "limit-gemini-retry-info",
    "Gemini",
    "RetryInfo is in the details of an error in a list",
    "RooCodeInc/Roo-Code#3883",
    26_000,
    geminiError(429, exceeded, "RESOURCE_EXHAUSTED", [
      quotaFailure("GenerateContentInputTokensPerModelPerMinute-FreeTier"),
      retryInfo("26s"),
    ]),
  ),
  waiting(
    "limit-gemini-message",
    "Gemini",
    "the message: retry in 1m3.46s",
    "google-gemini/gemini-cli#22486",
    63_460,
    geminiError(429, "Quota exceeded for metric. Please retry in 1m3.46s.", "RESOURCE_EXHAUSTED"),
  ),
];
