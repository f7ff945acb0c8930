import type { Quirk } from "./quirk.ts";
import { refused } from "./refused.ts";
import { always, once, openaiError } from "./wire-shapes.ts";

const wrongKey = { requests: 1, billable: 0, error: { kind: "auth", isFatal: true } } as const;
/** This request is bad, but the next may be good: the run continues. */
const badRequest = { requests: 1, billable: 0, error: { kind: "bad_request", isFatal: false } } as const;

/** Errors with a status, and the formats of their bodies. */
export const errorQuirks: readonly Quirk[] = [
  refused(
    "context-openai",
    "OpenAI",
    "400 context_length_exceeded",
    "OpenAI docs: error codes",
    openaiError(
      400,
      "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (1000 in the messages, 4000 in the completion). Please reduce the length of the messages or completion.",
      { param: "messages", code: "context_length_exceeded" },
    ),
    badRequest,
  ),
  refused(
    "context-vllm",
    "vLLM",
    "the body is the error itself; max_tokens in the text is not a parameter to drop",
    "vllm-project/vllm ErrorResponse",
    {
      status: 400,
      body: {
        object: "error",
        message:
          "'max_tokens' or 'max_completion_tokens' is too large: 8192. This model's maximum context length is 4096 tokens and your request has 200 input tokens.",
        type: "BadRequestError",
        param: null,
        code: 400,
      },
    },
    { ...badRequest, error: { ...badRequest.error, matches: /maximum context length is 4096/ } },
  ),
  refused(
    "context-llama-cpp",
    "llama.cpp",
    "400 exceed_context_size_error",
    "ggml-org/llama.cpp#19774",
    {
      status: 400,
      body: {
        error: {
          code: 400,
          message:
            "request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it",
          type: "exceed_context_size_error",
          n_prompt_tokens: 4390,
          n_ctx: 4096,
        },
      },
    },
    { ...badRequest, error: { ...badRequest.error, matches: /4390 tokens/ } },
  ),
  refused(
    "too-large-413",
    "Groq",
    "413: this request alone is above the limit per minute",
    "musistudio/claude-code-router#233",
    openaiError(
      413,
      "Request too large for model `m` in organization `org` on tokens per minute (TPM): Limit 6000, Requested 9032, please reduce your message size and try again.",
      { type: "tokens", code: "rate_limit_exceeded" },
    ),
    { requests: 1, billable: 0, error: { kind: ["bad_request", "rate_limit"], isFatal: false } },
  ),
  refused(
    "tool-use-failed",
    "Groq",
    "400: the model wrote a bad tool call, the request was good",
    "groq/groq-typescript#28",
    {
      status: 400,
      body: {
        error: {
          message:
            "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.",
          type: "invalid_request_error",
          code: "tool_use_failed",
          failed_generation: '<tool-use>\n{"tool_calls": []}\n</tool-use>',
        },
      },
    },
    badRequest,
  ),
  {
    id: "html-502",
    provider: "nginx before any provider",
    what: "502 with a page: retried, and one line in the message",
    source: "aws-samples/bedrock-access-gateway#111",
    respond: always({
      status: 502,
      contentType: "text/html",
      body: "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n",
    }),
    expect: {
      requests: 6,
      billable: 6,
      error: { kind: "server", isFatal: false, matches: /502.*Bad Gateway/, hides: /<\w|\n/ },
    },
  },
  {
    id: "text-500",
    provider: "TGI",
    what: "500 as plain text",
    source: "TGI docs: errors",
    respond: once({ status: 500, contentType: "text/plain", body: "Internal Server Error" }),
    expect: { kind: "text", text: "ok", requests: 2, billable: 2 },
  },
  {
    id: "error-type-424",
    provider: "TGI",
    what: "the error is a text, with error_type beside it",
    source: "TGI docs: errors",
    respond: once({
      status: 500,
      body: {
        error: "Request failed during generation: Server error: CUDA out of memory",
        error_type: "generation",
      },
    }),
    expect: { kind: "text", text: "ok", requests: 2, billable: 2 },
  },
  {
    id: "gzip-error",
    provider: "any, behind a CDN",
    what: "the body of the error is compressed",
    source: "openai/openai-node: compressed error bodies",
    respond: always({
      ...openaiError(401, "Incorrect API key provided: sk-a.", { code: "invalid_api_key" }),
      isGzipped: true,
    }),
    expect: { ...wrongKey, error: { ...wrongKey.error, matches: /Incorrect API key provided/ } },
  },
  {
    id: "raw-upstream-error",
    provider: "OpenRouter",
    what: "the upstream's own error is a text in metadata.raw",
    source: "OpenRouter docs: errors, provider errors",
    spec: { retries: 0 },
    respond: always({
      status: 502,
      body: {
        error: {
          message: "Provider returned error",
          code: 502,
          metadata: {
            raw: '{"error":{"message":"The engine is currently overloaded","type":"engine_overloaded"}}',
            provider_name: "Chutes",
          },
        },
      },
    }),
    expect: {
      requests: 1,
      billable: 1,
      error: { kind: "server", matches: /The engine is currently overloaded/ },
    },
  },
  {
    id: "bare-400",
    provider: "a gateway",
    what: "400 without a body",
    source: "openai/openai-node: status code (no body)",
    respond: always({ status: 400, body: "" }),
    expect: badRequest,
  },
];
