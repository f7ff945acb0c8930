import { describe, expect, it } from "vitest";
import { readErrorFacts } from "../../../src/models/openai/errors/error-facts.ts";
import { errorKind } from "../../../src/models/openai/errors/error-kind.ts";
import { waitMs } from "../../../src/models/openai/errors/wait-hints.ts";

const nowMs = Date.parse("2026-01-01T00:00:00Z");
const kindOf = (status: number, body: unknown) => errorKind(status, readErrorFacts(body));

const geminiKey = [
  {
    error: {
      code: 400,
      message: "API key not valid. Please pass a valid API key.",
      status: "INVALID_ARGUMENT",
      details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" }],
    },
  },
];
const geminiQuota = (quotaId: string) => [
  {
    error: {
      code: 429,
      message:
        "You exceeded your current quota, please check your plan and billing details.\nPlease retry in 38.922534355s.",
      status: "RESOURCE_EXHAUSTED",
      details: [
        {
          "@type": "type.googleapis.com/google.rpc.QuotaFailure",
          violations: [{ quotaId, quotaValue: "15" }],
        },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "38s" },
      ],
    },
  },
];
const openRouter = (code: number, raw: string) => ({
  error: { message: "Provider returned error", code, metadata: { raw, provider_name: "BaseTen" } },
});

describe("an error body", () => {
  it.each<[string, number, unknown, string, string]>([
    ["Gemini, a wrong key", 400, geminiKey, "auth", "API key not valid. Please pass a valid API key."],
    [
      "Azure, a wrong key",
      401,
      {
        error: {
          code: "401",
          message: "Access denied due to invalid subscription key or wrong API endpoint.",
        },
      },
      "auth",
      "Access denied due to invalid subscription key or wrong API endpoint.",
    ],
    [
      "OpenRouter, no key",
      401,
      { error: { message: "No auth credentials found", code: 401 } },
      "auth",
      "No auth credentials found",
    ],
    [
      "LiteLLM, a wrong key behind a 500",
      500,
      {
        error: {
          message:
            'litellm.AuthenticationError: AnthropicException - {"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}',
        },
      },
      "auth",
      "invalid x-api-key",
    ],
    [
      "OpenRouter, moderation",
      403,
      {
        error: {
          code: 403,
          message: 'Your chosen model requires moderation and your input was flagged for "violence".',
        },
      },
      "content_filter",
      'Your chosen model requires moderation and your input was flagged for "violence".',
    ],
    [
      "Azure, content filter",
      400,
      {
        error: {
          message:
            "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
          code: "content_filter",
          innererror: { code: "ResponsibleAIPolicyViolation" },
        },
      },
      "content_filter",
      "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
    ],
    [
      "OpenAI, no credit",
      429,
      { error: { message: "You exceeded your current quota", code: "insufficient_quota" } },
      "quota",
      "You exceeded your current quota",
    ],
    [
      "Anthropic, no credit",
      400,
      { error: { message: "Your credit balance is too low to access the Anthropic API." } },
      "quota",
      "Your credit balance is too low to access the Anthropic API.",
    ],
    [
      "OpenRouter, the day's free requests",
      429,
      { error: { message: "Rate limit exceeded: free-models-per-day", code: 429 } },
      "quota",
      "Rate limit exceeded: free-models-per-day",
    ],
    [
      "OpenRouter, an upstream's limit",
      429,
      openRouter(429, "z-ai/glm is temporarily rate-limited upstream. Please retry shortly"),
      "rate_limit",
      "z-ai/glm is temporarily rate-limited upstream. Please retry shortly (BaseTen)",
    ],
    [
      "Databricks",
      429,
      { error_code: "REQUEST_LIMIT_EXCEEDED", message: "Exceeded workspace rate limit." },
      "rate_limit",
      "Exceeded workspace rate limit.",
    ],
    [
      "Bedrock",
      400,
      { __type: "ThrottlingException", message: "Too many requests" },
      "rate_limit",
      "Too many requests",
    ],
    [
      "Ollama",
      404,
      { error: 'model "qwen" not found, try pulling it first' },
      "model_not_found",
      'model "qwen" not found, try pulling it first',
    ],
    [
      "OpenRouter, no such model",
      400,
      { error: { message: "foo/bar is not a valid model ID", code: 400 } },
      "model_not_found",
      "foo/bar is not a valid model ID",
    ],
    [
      "DeepSeek, no such model",
      400,
      { error: { message: "Model Not Exist", type: "invalid_request_error" } },
      "model_not_found",
      "Model Not Exist",
    ],
    [
      "vLLM, no such model",
      400,
      { object: "error", message: "The model `gpt-4.1-foo` does not exist.", code: 400 },
      "model_not_found",
      "The model `gpt-4.1-foo` does not exist.",
    ],
    [
      "FastAPI",
      422,
      { detail: [{ loc: ["body", "messages"], msg: "field required", type: "missing" }] },
      "bad_request",
      "body.messages: field required",
    ],
    [
      "a request above the limit of a minute",
      429,
      {
        error: {
          message: "Request too large for gpt-4 on tokens per min (TPM): Limit 10000, Requested 12000.",
          code: "rate_limit_exceeded",
        },
      },
      "bad_request",
      "Request too large for gpt-4 on tokens per min (TPM): Limit 10000, Requested 12000.",
    ],
    ["nginx", 502, "<html>\n<head><title>502 Bad Gateway</title></head></html>", "server", "502 Bad Gateway"],
    [
      "plain text",
      503,
      "upstream connect error\n or disconnect",
      "server",
      "upstream connect error or disconnect",
    ],
  ])("of %s (%i) is read", (_, status, body, kind, message) => {
    const facts = readErrorFacts(typeof body === "string" ? { message: body } : body);
    expect({ kind: errorKind(status, facts), message: facts.message }).toEqual({ kind, message });
  });

  it("of Gemini distinguishes a daily quota from a per-minute one", () => {
    expect(kindOf(429, geminiQuota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier"))).toBe(
      "rate_limit",
    );
    expect(kindOf(429, geminiQuota("GenerateRequestsPerDayPerProjectPerModel-FreeTier"))).toBe("quota");
  });
});

describe("how long to wait", () => {
  const none = { "x-ratelimit-remaining-requests": "0", "x-ratelimit-remaining-tokens": "100" };
  it.each<[string, Record<string, string>, unknown, number | undefined]>([
    [
      "the requests that are used up",
      { ...none, "x-ratelimit-reset-requests": "20s", "x-ratelimit-reset-tokens": "6m0s" },
      {},
      20_000,
    ],
    ["minutes and seconds (Groq)", { ...none, "x-ratelimit-reset-requests": "2m59.56s" }, {}, 179_560],
    ["hours", { ...none, "x-ratelimit-reset-requests": "1h2m" }, {}, 3_720_000],
    ["milliseconds", { ...none, "x-ratelimit-reset-requests": "12ms" }, {}, 12],
    ["plain seconds (Azure)", { "x-rate-limit-reset-tokens": "55" }, {}, 55_000],
    [
      "a moment in ISO (Anthropic)",
      {
        "anthropic-ratelimit-tokens-remaining": "0",
        "anthropic-ratelimit-tokens-reset": "2026-01-01T00:00:30Z",
      },
      {},
      30_000,
    ],
    [
      "a moment in milliseconds (OpenRouter)",
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(nowMs + 4000) },
      {},
      4000,
    ],
    [
      "a moment in seconds",
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(nowMs / 1000 + 4) },
      {},
      4000,
    ],
    [
      "the longest of all",
      { "retry-after": "3", "retry-after-ms": "5000" },
      { error: { message: "Please try again in 20s." } },
      20_000,
    ],
    ["RetryInfo (Gemini)", {}, geminiQuota("PerMinute"), 38_922.534355],
    [
      "the message (Groq)",
      {},
      { error: { message: "Limit 15000. Please try again in 5.289s. Visit" } },
      5289,
    ],
    ["the message (Azure)", {}, { error: { message: "Please retry after 45 seconds." } }, 45_000],
    ["the message, in parts", {}, { error: { message: "retry in 1m3s" } }, 63_000],
    ["nothing", { "x-ratelimit-remaining-tokens": "5", "x-ratelimit-reset-tokens": "1s" }, {}, undefined],
  ])("is read from %s", (_, headers, body, expected) => {
    const found = waitMs(new Headers(headers), readErrorFacts(body), nowMs);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(expected, 3);
  });
});
