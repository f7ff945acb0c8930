import type { AnswerKind } from "../../src/core/answer/answer.ts";

/** A provider's answer with status 200, and its meaning. */
export interface ProviderShape {
  readonly name: string;
  /** JSON body, or a text sent unchanged. */
  readonly body: unknown;
  readonly contentType?: string;
  /** Absent: a provider error. */
  readonly kind?: AnswerKind;
  readonly text?: string;
  readonly reasoning?: string;
  /** Message of the error. */
  readonly message?: RegExp;
  readonly code?: string;
}

const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };

function chat(message: object | null, finish: string | null = "stop", more: object = {}): object {
  const withMessage = message === null ? {} : { message: { role: "assistant", ...message } };
  return {
    ...{ id: "c", object: "chat.completion", created: 1, model: "m" },
    choices: [{ index: 0, ...withMessage, finish_reason: finish, ...more }],
    usage,
  };
}

const call = { id: "call_1", type: "function", function: { name: "look", arguments: '{"a":1}' } };
const harmony =
  "<|channel|>analysis<|message|>2+2 is 4.<|end|><|start|>assistant<|channel|>final<|message|>four";
const page = "<html><body>502 Bad Gateway</body></html>";

/** Answers, as shown in public reports and provider documentation. */
export const answerShapes: readonly ProviderShape[] = [
  { name: "OpenAI: a text", body: chat({ content: "four", refusal: null }), kind: "text", text: "four" },
  {
    name: "a text without a finish reason",
    body: chat({ content: "four" }, null),
    kind: "text",
    text: "four",
  },
  { name: "xAI: end_turn", body: chat({ content: "four" }, "end_turn"), kind: "text", text: "four" },
  {
    name: "OpenAI: tool calls",
    body: chat({ content: null, tool_calls: [call] }, "tool_calls"),
    ...{ kind: "tool_calls", text: "" },
  },
  {
    name: "OpenAI: the older function_call",
    body: chat({ content: null, function_call: { name: "look", arguments: "{}" } }, "function_call"),
    ...{ kind: "tool_calls", text: "" },
  },
  { name: "an empty text", body: chat({ content: "" }), kind: "empty", text: "" },
  { name: "blanks", body: chat({ content: " \n" }), kind: "empty", text: " \n" },
  { name: "null", body: chat({ content: null }), kind: "empty", text: "" },
  {
    name: "vLLM: all tokens went into reasoning_content",
    body: chat({ content: null, reasoning_content: "Let me see" }),
    ...{ kind: "empty", text: "", reasoning: "Let me see" },
  },
  {
    name: "OpenAI: a refusal",
    body: chat({ content: null, refusal: "I cannot." }),
    ...{ kind: "refusal", text: "I cannot." },
  },
  {
    name: "a refusal as a part of the content",
    body: chat({ content: [{ type: "refusal", refusal: "I cannot." }] }),
    ...{ kind: "refusal", text: "I cannot." },
  },
  { name: "Anthropic: refusal", body: chat({ content: "No." }, "refusal"), kind: "refusal", text: "No." },
  { name: "OpenAI: cut off", body: chat({ content: "fo" }, "length"), kind: "cut_off", text: "fo" },
  { name: "Gemini: MAX_TOKENS without content", body: chat({}, "MAX_TOKENS"), kind: "cut_off", text: "" },
  { name: "Gemini: length without a message", body: chat(null, "length"), kind: "cut_off", text: "" },
  {
    name: "z.AI: model_context_window_exceeded",
    body: chat({ content: "fo" }, "model_context_window_exceeded"),
    ...{ kind: "cut_off", text: "fo" },
  },
  {
    name: "tool calls cut off",
    body: chat({ content: null, tool_calls: [call] }, "length"),
    ...{ kind: "cut_off", text: "" },
  },
  {
    name: "OpenAI: content_filter",
    body: chat({ content: "" }, "content_filter"),
    kind: "filtered",
    text: "",
  },
  ...["SAFETY", "RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "IMAGE_SAFETY"].map(
    (reason): ProviderShape => ({
      name: `Gemini: ${reason}`,
      body: chat({}, reason),
      ...{ kind: "filtered", text: "" },
    }),
  ),
  {
    name: "Gemini: content_filter with a prefix",
    body: chat({ content: null }, "content_filter: RECITATION"),
    ...{ kind: "filtered", text: "" },
  },
  { name: "z.AI: sensitive", body: chat({ content: "" }, "sensitive"), kind: "filtered", text: "" },
  {
    name: "Bedrock: guardrail_intervened",
    body: chat({ content: "Sorry, blocked." }, "guardrail_intervened"),
    ...{ kind: "filtered", text: "Sorry, blocked." },
  },
  {
    name: "Azure: an empty text that a filter withheld",
    body: chat({ content: "" }, "stop", {
      content_filter_results: { hate: { filtered: true, severity: "high" } },
    }),
    ...{ kind: "filtered", text: "" },
  },
  {
    name: "Azure: a filter that could not be run",
    body: chat({ content: "four" }, "stop", {
      content_filter_result: { error: { code: "content_filter_error", message: "The system is down." } },
    }),
    ...{ kind: "text", text: "four" },
  },
  {
    name: "Azure: a blocked prompt without choices",
    body: {
      choices: [],
      prompt_filter_results: [
        { prompt_index: 0, content_filter_results: { hate: { filtered: true, severity: "high" } } },
      ],
    },
    ...{ kind: "filtered", text: "" },
  },
  {
    name: "Gemini: a blocked prompt without choices",
    body: { promptFeedback: { blockReason: "PROHIBITED_CONTENT" }, model: "gemini" },
    ...{ kind: "filtered", text: "" },
  },
  {
    name: "DeepSeek: <think>",
    body: chat({ content: "<think>\n2+2\n</think>\n\nfour" }),
    ...{ kind: "text", text: "four", reasoning: "2+2" },
  },
  {
    name: "DeepSeek: reasoning_content",
    body: chat({ content: "four", reasoning_content: "2+2" }),
    ...{ kind: "text", text: "four", reasoning: "2+2" },
  },
  {
    name: "OpenRouter: reasoning and reasoning_details",
    body: chat({
      content: "four",
      reasoning: "2+2",
      reasoning_details: [{ type: "reasoning.text", text: "2+2", index: 0 }],
    }),
    ...{ kind: "text", text: "four", reasoning: "2+2" },
  },
  {
    name: "OpenRouter: reasoning_details alone",
    body: chat({ content: "four", reasoning_details: [{ type: "reasoning.summary", summary: "2+2" }] }),
    ...{ kind: "text", text: "four", reasoning: "2+2" },
  },
  {
    name: "Mistral: thinking parts",
    body: chat({
      content: [
        { type: "thinking", thinking: [{ type: "text", text: "2+2" }] },
        { type: "text", text: "four" },
      ],
    }),
    ...{ kind: "text", text: "four", reasoning: "2+2" },
  },
  {
    name: "Anthropic: thinking blocks",
    body: chat({
      content: [
        { type: "thinking", thinking: "2+2", signature: "s" },
        { type: "redacted_thinking", data: "x" },
        { type: "text", text: "four" },
      ],
    }),
    ...{ kind: "text", text: "four", reasoning: "2+2" },
  },
  {
    name: "Databricks: reasoning parts",
    body: chat({
      content: [
        { type: "reasoning", summary: [{ type: "summary_text", text: "2+2" }] },
        { type: "text", text: "four" },
      ],
    }),
    ...{ kind: "text", text: "four", reasoning: "2+2" },
  },
  {
    name: "gpt-oss: channels",
    body: chat({ content: harmony }),
    kind: "text",
    text: "four",
    reasoning: "2+2 is 4.",
  },
  {
    name: "gpt-oss: channels whose marks were removed",
    body: chat({ content: "analysis2+2 is 4.assistantfinalfour" }),
    ...{ kind: "text", text: "four", reasoning: "2+2 is 4." },
  },
  {
    name: "Magistral: [THINK]",
    body: chat({ content: "[THINK]2+2[/THINK]four" }),
    ...{ kind: "text", text: "four", reasoning: "2+2" },
  },
  {
    name: "a block that never closes",
    body: chat({ content: "<think>2+2 is" }),
    ...{ kind: "cut_off", text: "", reasoning: "2+2 is" },
  },
  { name: "a list of one", body: [chat({ content: "four" })], kind: "text", text: "four" },
  {
    name: "JSON as a text",
    body: JSON.stringify(chat({ content: "four" })),
    contentType: "text/plain",
    ...{ kind: "text", text: "four" },
  },
];

/** Errors with status 200. */
export const faultShapes: readonly ProviderShape[] = [
  {
    name: "an error object",
    body: { error: { message: "Upstream is down", code: 502 } },
    ...{ message: /Upstream is down/, code: "502" },
  },
  {
    name: "an error object in a list",
    body: [{ error: { message: "Upstream is down", code: 503, status: "UNAVAILABLE" } }],
    ...{ message: /Upstream is down/, code: "503" },
  },
  { name: "an error as a text", body: { error: "model is loading" }, message: /model is loading/ },
  {
    name: "an error beside choices",
    body: { ...chat({ content: "fo" }), error: { message: "Overloaded", type: "overloaded_error" } },
    ...{ message: /Overloaded/, code: "overloaded_error" },
  },
  {
    name: "OpenRouter: choices[0].error",
    body: chat({ content: "" }, "stop", { error: { code: 502, message: "Provider failed" } }),
    ...{ message: /Provider failed/, code: "502" },
  },
  { name: "finish error", body: chat({ content: "fo" }, "error"), message: /ended with an error/ },
  {
    name: "DeepSeek: insufficient_system_resource",
    body: chat({ content: "fo" }, "insufficient_system_resource"),
    message: /insufficient_system_resource/,
  },
  { name: "no choices", body: { id: "c", choices: [], usage }, message: /no choice/ },
  { name: "null choices", body: { id: "c", choices: null, usage }, message: /no chat completion/ },
  { name: "a choice without a message", body: chat(null), message: /no message/ },
  {
    name: "Databricks: error_code",
    body: { error_code: "RESOURCE_EXHAUSTED", message: "Too busy" },
    ...{ message: /Too busy/, code: "RESOURCE_EXHAUSTED" },
  },
  { name: "FastAPI: detail", body: { detail: "Not ready" }, message: /Not ready/ },
  {
    name: "MiniMax: base_resp",
    body: { choices: null, base_resp: { status_code: 1008, status_msg: "insufficient balance" } },
    ...{ message: /insufficient balance/, code: "1008" },
  },
  { name: "HTML", body: page, contentType: "text/html", message: /502 Bad Gateway/ },
];
