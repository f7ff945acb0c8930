import type { WireAnswer } from "../loopback-wire.ts";
import type { Quirk } from "./quirk.ts";
import { always, geminiError, once, openaiError } from "./wire-shapes.ts";

const answered = { kind: "text", text: "ok", requests: 2, billable: 1 } as const;
/** The run is told at once, and may be resumed. */
const quota = {
  requests: 1,
  billable: 0,
  waitsAtMostMs: 0,
  error: { kind: "quota", isFatal: true },
} as const;

function limited(
  message: string,
  headers: Readonly<Record<string, string>> = {},
  code = "rate_limit_exceeded",
) {
  return openaiError(429, message, { type: "requests", code }, headers);
}

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

const quotaFailure = (...quotaIds: readonly string[]) => ({
  "@type": "type.googleapis.com/google.rpc.QuotaFailure",
  violations: quotaIds.map((quotaId) => ({
    quotaMetric: "generativelanguage.googleapis.com/generate_content_free_tier_requests",
    quotaId,
    quotaDimensions: { location: "global", model: "gemini-2.0-flash" },
  })),
});
const retryInfo = (retryDelay: string) => ({
  "@type": "type.googleapis.com/google.rpc.RetryInfo",
  retryDelay,
});
const exceeded = "You exceeded your current quota, please check your plan and billing details.";

/** Limits that pass, and quotas that do not. */
export const rateLimitQuirks: readonly Quirk[] = [
  waiting(
    "limit-reset-requests",
    "OpenAI",
    "only x-ratelimit-reset-requests tells how long",
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
    what: "the reset of a dimension that is not used up is no hint",
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
    "only the message tells how long",
    "danielmiessler/Fabric#364",
    50_597,
    limited(
      "Rate limit reached for model `llama3-70b-8192` in organization `org` on tokens per minute (TPM): Limit 7000, Used 0, Requested ~12903. Please try again in 50.597142857s.",
    ),
  ),
  waiting(
    "limit-message-ms",
    "OpenAI",
    "the message tells milliseconds",
    "OpenAI community: try again in 850ms",
    850,
    limited("Rate limit reached for gpt-4o in organization org. Please try again in 850ms."),
  ),
  waiting(
    "limit-azure-message",
    "Azure",
    "the message says: retry after 26 seconds",
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
    "RetryInfo stands in the details of an error in a list",
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
    "the message says: retry in 1m3.46s",
    "google-gemini/gemini-cli#22486",
    63_460,
    geminiError(429, "Quota exceeded for metric. Please retry in 1m3.46s.", "RESOURCE_EXHAUSTED"),
  ),
  {
    id: "quota-gemini-day",
    provider: "Gemini",
    what: "the day's quota is used up; minutes stand beside it, and a short RetryInfo",
    source: "googleapis/python-genai#2044",
    respond: always(
      geminiError(429, exceeded, "RESOURCE_EXHAUSTED", [
        quotaFailure(
          "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
          "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
        ),
        retryInfo("47s"),
      ]),
    ),
    expect: quota,
  },
  {
    id: "quota-insufficient",
    provider: "OpenAI",
    what: "insufficient_quota comes with 429",
    source: "OpenAI docs: error codes",
    respond: always(openaiError(429, exceeded, { type: "insufficient_quota", code: "insufficient_quota" })),
    expect: quota,
  },
  {
    id: "quota-402",
    provider: "DeepSeek",
    what: "no balance is 402",
    source: "DeepSeek API docs: error codes",
    respond: always(openaiError(402, "Insufficient Balance", { code: "invalid_request_error" })),
    expect: quota,
  },
  {
    id: "limit-hint-too-long",
    provider: "Groq",
    what: "the tokens of the day are used up: try again in 9 minutes",
    source: "continuedev/continue#10920",
    respond: always(
      limited(
        "Rate limit reached for model `llama-3.3-70b-versatile` on tokens per day (TPD): Limit 100000, Used 97050, Requested 3619. Please try again in 9m38.016s.",
      ),
    ),
    expect: {
      requests: 1,
      billable: 0,
      waitsAtMostMs: 0,
      error: { kind: ["rate_limit", "rate_limit_exceeded", "quota"] },
    },
  },
  {
    id: "limit-many-times",
    provider: "OpenAI",
    what: "eight times in a row: more than there are retries, less than the patience",
    source: "contract: rate limits are waited for without counting retries",
    respond: (_, index) => (index < 8 ? limited("Please try again in 20s.") : undefined),
    expect: { kind: "text", text: "ok", requests: 9, billable: 1, waitsMs: 160_000 },
  },
  {
    id: "limit-for-ever",
    provider: "OpenAI",
    what: "it never ends: the patience does",
    source: "contract: rate_limit_patience_seconds",
    respond: always(limited("Please try again in 60s.")),
    expect: {
      requests: [4, 7],
      billable: 0,
      waitsAtMostMs: 335_000,
      error: { kind: ["rate_limit", "rate_limit_exceeded"] },
    },
  },
  {
    id: "limit-databricks",
    provider: "Databricks",
    what: "the error has error_code and message",
    source: "n8n-io/n8n#38642",
    respond: once({
      status: 429,
      body: {
        error_code: "REQUEST_LIMIT_EXCEEDED",
        message: "REQUEST_LIMIT_EXCEEDED: Exceeded workspace QPS rate limit.",
      },
    }),
    expect: answered,
  },
  {
    id: "limit-bedrock-gateway",
    provider: "Bedrock access gateway",
    what: "throttling comes as detail",
    source: "aws-samples/bedrock-access-gateway#91",
    respond: once({
      status: 429,
      body: { detail: "Too many tokens, please wait before trying again." },
    }),
    expect: answered,
  },
  {
    id: "limit-epoch-header",
    provider: "OpenRouter",
    what: "X-RateLimit-Reset is a time in milliseconds, not a duration",
    source: "OpenRouter docs: limits",
    respond: once({
      status: 429,
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Date.now() + 5000) },
      body: { error: { message: "Rate limit exceeded: free-models-per-min. ", code: 429 } },
    }),
    expect: { ...answered, waitsAtMostMs: 30_000 },
  },
  {
    id: "limit-in-200",
    provider: "OpenRouter",
    what: "a 429 of the upstream is an error in a 200",
    source: "abeiro/HerikaServer#98",
    respond: once({ body: { error: { message: "Rate limit exceeded", code: 429 } } }),
    expect: { kind: "text", text: "ok", requests: 2 },
  },
  {
    id: "limit-html",
    provider: "Cloudflare before any provider",
    what: "429 with a page",
    source: "Cloudflare docs: error 1015",
    respond: once({
      status: 429,
      contentType: "text/html",
      body: "<html><head><title>You are being rate limited</title></head></html>",
    }),
    expect: answered,
  },
  {
    id: "overloaded-529",
    provider: "Anthropic",
    what: "529 overloaded_error passes, and is not billed",
    source: "anthropics/claude-code#3633",
    respond: once({
      status: 529,
      body: { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
    }),
    expect: answered,
  },
  {
    id: "loading-503",
    provider: "llama.cpp",
    what: "503 while the model loads, not billed",
    source: "llama.cpp server docs: unavailable_error",
    respond: once({
      status: 503,
      body: { error: { code: 503, message: "Loading model", type: "unavailable_error" } },
    }),
    expect: answered,
  },
];
