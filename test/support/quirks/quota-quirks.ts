import { exceeded, limited, quotaFailure, retryInfo } from "./limit-shapes.ts";
import type { Quirk } from "./quirk.ts";
import { always, geminiError, once, openaiError } from "./wire-shapes.ts";

const answered = { kind: "text", text: "ok", requests: 2, billable: 1 } as const;
/** The run ends at once and can be resumed. */
const quota = {
  requests: 1,
  billable: 0,
  waitsAtMostMs: 0,
  error: { kind: "quota", isFatal: true },
} as const;

/** Quotas, permanent limits, and overloaded servers. */
export const quotaQuirks: readonly Quirk[] = [
  {
    id: "quota-gemini-day",
    provider: "Gemini",
    what: "the day's quota is used up; minutes are listed too, and a short RetryInfo",
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
