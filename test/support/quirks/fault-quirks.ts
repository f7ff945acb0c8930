import type { Quirk } from "./quirk.ts";
import { always, chat, once } from "./wire-shapes.ts";

/** Retried as after a 5xx, and answered; the first answer is billed. */
const passes = { kind: "text", text: "ok", requests: 2, billable: 2 } as const;
/** Six attempts, then an error of this call only. */
const stays = {
  requests: 6,
  billable: 6,
  error: { kind: ["server", "malformed"], isFatal: false, hides: /<html|<body|data: \{/i },
} as const;

/** Errors with status 200. */
export const faultQuirks: readonly Quirk[] = [
  {
    id: "error-in-200",
    provider: "OpenRouter",
    what: "an error object in place of choices",
    source: "UKGovernmentBEIS/inspect_ai#1536",
    respond: once({
      body: { error: { message: "Provider returned error", code: 502 }, user_id: "u" },
    }),
    expect: { ...passes, unusedTokens: { inputTokens: 0, outputTokens: 0 } },
  },
  {
    id: "error-in-200-stays",
    provider: "OpenRouter",
    what: "the same to every request",
    source: "nodetool-ai/nodetool#5755",
    respond: always({ body: { error: { message: "No endpoints are up", code: 502 } } }),
    expect: { ...stays, error: { ...stays.error, matches: /502.*No endpoints are up/ } },
  },
  {
    id: "error-text-in-200",
    provider: "LM Studio",
    what: "the error is a text",
    source: "lmstudio-ai/lmstudio-bug-tracker#2322",
    respond: once({ body: { error: "The model has crashed without additional information." } }),
    expect: passes,
  },
  {
    id: "error-in-choice",
    provider: "OpenRouter",
    what: "the choice holds an error beside half an answer",
    source: "genkit-ai/genkit#6259",
    respond: once(
      chat({
        content: "posi",
        finish: "error",
        choice: { error: { code: 502, message: "Upstream error from Chutes", metadata: {} } },
      }),
    ),
    expect: passes,
  },
  {
    id: "finish-error-null-usage",
    provider: "Bifrost, OpenRouter",
    what: "finish error, half an answer, usage of nulls",
    source: "maximhq/bifrost#5425",
    respond: once(
      chat({
        content: '{"events": [{"title": "partial',
        finish: "error",
        usage: { prompt_tokens: null, completion_tokens: null, total_tokens: 0 },
      }),
    ),
    expect: passes,
  },
  {
    id: "finish-network-error",
    provider: "z.ai",
    what: "the finish reason names a failure of the provider",
    source: "genkit-ai/genkit#6259",
    respond: once(chat({ content: "posi", finish: "network_error" })),
    expect: passes,
  },
  {
    id: "finish-no-resources",
    provider: "DeepSeek",
    what: "the provider ran out of resources in the middle",
    source: "DeepSeek API reference: insufficient_system_resource",
    respond: once(chat({ content: "posi", finish: "insufficient_system_resource" })),
    expect: passes,
  },
  {
    id: "native-finish-network-error",
    provider: "OpenRouter",
    what: "finish stop and no content; only native_finish_reason shows the failure",
    source: "earendil-works/pi#8511",
    respond: once(chat({ content: "", choice: { native_finish_reason: "network_error" }, usage: undefined })),
    expect: passes,
  },
  {
    id: "no-choices",
    provider: "Azure",
    what: "the list of choices is empty",
    source: "AbanteAI/archive-old-cli-mentat#429",
    respond: once({ body: { id: "", object: "", created: 0, model: "", choices: [] } }),
    expect: passes,
  },
  {
    id: "choices-null",
    provider: "MiniMax",
    what: "choices is null, the reason is in base_resp",
    source: "MiniMax API docs: base_resp",
    respond: once({
      body: { id: "1", choices: null, base_resp: { status_code: 1000, status_msg: "unknown error" } },
    }),
    expect: passes,
  },
  {
    id: "fastchat-error",
    provider: "FastChat and early vLLM",
    what: "the body is the error itself",
    source: "lm-sys/FastChat ErrorResponse",
    respond: once({
      body: { object: "error", message: "**NETWORK ERROR DUE TO HIGH TRAFFIC.**", code: 50001 },
    }),
    expect: passes,
  },
  {
    id: "html-in-200",
    provider: "a captive gateway",
    what: "a page comes with status 200",
    source: "contract: HTML in a 200",
    respond: once({ body: "<html><body>Gateway login</body></html>", contentType: "text/html" }),
    expect: passes,
  },
  {
    id: "html-in-200-stays",
    provider: "a captive gateway",
    what: "the same page to every request",
    source: "contract: HTML in a 200",
    respond: always({ body: "<!DOCTYPE html>\n<html><body>Sign in</body></html>", contentType: "text/html" }),
    expect: { requests: 6, billable: 6, error: { kind: ["server", "malformed"], isFatal: false } },
  },
  {
    id: "stream-unasked",
    provider: "Azure, DeepSeek",
    what: "server-sent events come though no stream was asked for",
    source: "owndev/Open-WebUI-Functions#54",
    respond: always({
      events: [
        { id: "1", object: "chat.completion.chunk", choices: [{ index: 0, delta: { content: "posi" } }] },
        "data: [DONE]\n\n",
      ],
    }),
    expect: { ...stays, error: { kind: ["server", "malformed"], isFatal: false } },
  },
  {
    id: "blank-body",
    provider: "DeepSeek",
    what: "blank lines keep the connection alive, then nothing comes",
    source: "deepseek-ai/DeepSeek-R1#314",
    respond: once({ body: "\n\n\n\n" }),
    expect: passes,
  },
  {
    id: "blank-lines-first",
    provider: "DeepSeek",
    what: "blank lines come before the answer",
    source: "sgl-project/sglang#3689",
    respond: always({ body: `\n\n\n${JSON.stringify(chat({ content: "positive" }).body)}` }),
    expect: { kind: "text", text: "positive", requests: 1 },
  },
  {
    id: "json-cut",
    provider: "DeepSeek",
    what: "the JSON breaks off",
    source: "deepseek-ai/DeepSeek-V3#407",
    respond: once({ body: '{"id":"1","object":"chat.completion","choices":[{"index":0,"mess' }),
    expect: passes,
  },
  {
    id: "null-body",
    provider: "a gateway",
    what: "the body is null",
    source: "contract: no choices",
    respond: once({ body: "null" }),
    expect: passes,
  },
  {
    id: "list-of-one-error",
    provider: "Gemini",
    what: "a list with an error comes with status 200",
    source: "n4ze3m/page-assist#406",
    respond: once({
      body: [{ error: { code: 503, message: "The model is overloaded.", status: "UNAVAILABLE" } }],
    }),
    expect: passes,
  },
  {
    id: "error-in-200-with-usage",
    provider: "OpenRouter",
    what: "an error comes with the usage that is billed for it",
    source: "genkit-ai/genkit#6259",
    respond: once(
      chat({
        content: "posi",
        finish: "error",
        usage: { prompt_tokens: 90, completion_tokens: 8, total_tokens: 98 },
      }),
    ),
    expect: { ...passes, unusedTokens: { inputTokens: 90, outputTokens: 8 } },
  },
  {
    id: "dropped-before",
    provider: "any",
    what: "the socket is closed before a byte",
    source: "anthropics/claude-code#82500",
    respond: once({ drop: "start" }),
    expect: passes,
  },
  {
    id: "dropped-in-the-middle",
    provider: "any",
    what: "the socket is closed in the middle of the body",
    source: "anthropics/claude-code#82500",
    respond: once({ ...chat({ content: "positive" }), drop: "middle" }),
    expect: passes,
  },
  {
    id: "slow-first-byte",
    provider: "Ollama",
    what: "loading the model delays the first byte",
    source: "contract: a slow answer is an answer",
    respond: always({ ...chat({ content: "positive" }), delayMs: 40 }),
    expect: { kind: "text", text: "positive", requests: 1, billable: 1 },
  },
];
