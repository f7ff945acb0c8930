import type { Quirk } from "./quirk.ts";
import { always, chat, openaiError } from "./wire-shapes.ts";

const filtered = { kind: "filtered", requests: 1 } as const;
const cutOff = { kind: "cut_off", requests: 1, billable: 1 } as const;
const policy =
  "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. " +
  "Please modify your prompt and retry.";

/** Answers that are empty, refused, cut off or withheld. */
export const kindQuirks: readonly Quirk[] = [
  {
    id: "empty-text",
    provider: "OpenAI",
    what: "content is the empty text",
    source: "stanfordnlp/dspy#9389",
    respond: always(chat({ content: "" })),
    expect: { kind: "empty", text: "", requests: 1 },
  },
  {
    id: "empty-null",
    provider: "OpenRouter",
    what: "content is null and no tool is called",
    source: "thedotmack/claude-mem#3569",
    respond: always(chat({ content: null, message: { reasoning_content: "Nothing to say." } })),
    expect: { kind: "empty", text: "", reasoning: "Nothing to say.", requests: 1 },
  },
  {
    id: "empty-left-out",
    provider: "Gemini",
    what: "the message has no content at all",
    source: "pydantic/pydantic-ai#631",
    respond: always(chat({})),
    expect: { kind: "empty", text: "", requests: 1 },
  },
  {
    id: "empty-malformed-call",
    provider: "Gemini",
    what: "the model's tool call could not be read: no content, no call, a finish reason of its own",
    source: "NousResearch/hermes-agent#83882",
    respond: always(chat({ finish: "function_call_filter: MALFORMED_FUNCTION_CALL" })),
    expect: { kind: ["empty", "filtered"], text: "", requests: 1 },
  },
  {
    id: "refusal-field",
    provider: "OpenAI",
    what: "a refusal stands beside a null content",
    source: "genkit-ai/genkit#6259",
    respond: always(chat({ content: null, message: { refusal: "I can't help with that." } })),
    expect: { kind: "refusal", text: "I can't help with that.", requests: 1 },
  },
  {
    id: "refusal-part",
    provider: "OpenAI",
    what: "the refusal is a part of the content",
    source: "OpenAI API reference: assistant message",
    respond: always(chat({ content: [{ type: "refusal", refusal: "I can't help with that." }] })),
    expect: { kind: "refusal", text: "I can't help with that.", requests: 1 },
  },
  {
    id: "cut-text",
    provider: "OpenAI",
    what: "the limit ends the text",
    source: "OpenAI API reference: finish_reason",
    respond: always(chat({ content: "posi", finish: "length" })),
    expect: { ...cutOff, text: "posi" },
  },
  {
    id: "cut-empty-with-reasoning",
    provider: "Ollama",
    what: "the whole limit went into thinking",
    source: "promptfoo/promptfoo#10954",
    respond: always(
      chat({ content: "", finish: "length", message: { reasoning: "Okay, the user wants me to" } }),
    ),
    expect: { ...cutOff, text: "", reasoning: "Okay, the user wants me to" },
  },
  {
    id: "cut-window-full",
    provider: "Ollama",
    what: "the prompt was cut to the window and left one token for the answer",
    source: "can1357/oh-my-pi#2774",
    respond: always(
      chat({
        content: "",
        finish: "length",
        usage: { prompt_tokens: 32767, completion_tokens: 1, total_tokens: 32768 },
      }),
    ),
    expect: { ...cutOff, text: "" },
  },
  {
    id: "cut-no-content",
    provider: "Gemini",
    what: "thinking used the limit up: no content, no completion tokens",
    source: "simonw/llm-gemini#75",
    respond: always(chat({ finish: "length", usage: { prompt_tokens: 12, total_tokens: 112 } })),
    expect: { ...cutOff, text: "", atLeast: { inputTokens: 1, outputTokens: 1 } },
  },
  ...(["MAX_TOKENS", "max_tokens", "model_length", "model_context_window_exceeded"] as const).map(
    (finish): Quirk => ({
      id: `cut-${finish}`,
      provider: finish === "model_length" ? "Mistral" : "gateways of Gemini, Anthropic and z.ai",
      what: `the limit is called ${finish}`,
      source: "genkit-ai/genkit#6259",
      respond: always(chat({ content: "posi", finish })),
      expect: { ...cutOff, text: "posi" },
    }),
  ),
  {
    id: "filter-partial",
    provider: "Azure",
    what: "the filter stops in the middle of the text",
    source: "BerriAI/litellm#8953",
    respond: always(chat({ content: "Once upon", finish: "content_filter" })),
    expect: { ...filtered, billable: 1 },
  },
  {
    id: "filter-null",
    provider: "OpenRouter",
    what: "the filter leaves nothing, and usage counts the prompt alone",
    source: "sugarforever/chat-ollama#695",
    respond: always(
      chat({
        content: null,
        finish: "content_filter",
        usage: { prompt_tokens: 1296, completion_tokens: 0, total_tokens: 1296 },
      }),
    ),
    expect: { ...filtered, usage: { inputTokens: 1296, outputTokens: 0 } },
  },
  ...(
    [
      "SAFETY",
      "PROHIBITED_CONTENT",
      "content_filter: RECITATION",
      "guardrail_intervened",
      "sensitive",
    ] as const
  ).map(
    (finish): Quirk => ({
      id: `filter-${finish.replace(": ", "-")}`,
      provider: finish === "sensitive" ? "z.ai" : "gateways of Gemini and Bedrock",
      what: `the filter is called ${finish}`,
      source: finish === "sensitive" ? "genkit-ai/genkit#6259" : "bespokelabsai/curator#261",
      respond: always(chat({ content: null, finish })),
      expect: filtered,
    }),
  ),
  {
    id: "filter-400-azure",
    provider: "Azure",
    what: "400 with code content_filter and an inner ResponsibleAIPolicyViolation",
    source: "compl-ai/compl-ai#20",
    respond: always({
      status: 400,
      body: {
        error: {
          message: policy,
          type: null,
          param: "prompt",
          code: "content_filter",
          status: 400,
          innererror: {
            code: "ResponsibleAIPolicyViolation",
            content_filter_result: { violence: { filtered: true, severity: "medium" } },
          },
        },
      },
    }),
    expect: { ...filtered, billable: 0 },
  },
  {
    id: "filter-400-inner-only",
    provider: "Azure",
    what: "only the inner error names the policy",
    source: "theopenco/llmgateway#2163",
    respond: always({
      status: 400,
      body: {
        error: { message: policy, code: null, innererror: { code: "ResponsibleAIPolicyViolation" } },
      },
    }),
    expect: { ...filtered, billable: 0 },
  },
  {
    id: "filter-400-completion",
    provider: "Azure AI Foundry",
    what: "the output's filter answers 400 with a chat completion and no error",
    source: "experientiallabs/experiential#967",
    respond: always({
      ...chat({
        content: "",
        finish: "content_filter",
        choice: {
          content_filter_results: {
            error: {
              code: "content_filter",
              message: "Response content blocked by label 'MultiSeverity_ViolenceScore'.",
            },
          },
        },
        usage: { prompt_tokens: 55, total_tokens: 55 },
      }),
      status: 400,
    }),
    expect: filtered,
  },
  {
    id: "filter-400-invalid-prompt",
    provider: "OpenAI",
    what: "a reasoning model refuses the prompt by policy, with code invalid_prompt",
    source: "OpenAI community: invalid_prompt of reasoning models",
    respond: always(
      openaiError(
        400,
        "Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt.",
        { code: "invalid_prompt" },
      ),
    ),
    expect: { ...filtered, billable: 0 },
  },
  {
    id: "filter-400-litellm",
    provider: "LiteLLM",
    what: "the class of the error is only in its text, the code is the status",
    source: "microsoft/sample-app-aoai-chatGPT#986",
    respond: always(
      openaiError(
        400,
        `litellm.BadRequestError: litellm.ContentPolicyViolationError: AzureException - ${policy}`,
        { code: "400" },
      ),
    ),
    expect: { ...filtered, billable: 0 },
  },
  {
    id: "filter-400-deepseek",
    provider: "DeepSeek",
    what: "a policy's refusal has the code of any bad request",
    source: "DeepSeek users: 400 Content Exists Risk",
    respond: always(openaiError(400, "Content Exists Risk", { code: "invalid_request_error" })),
    expect: { ...filtered, billable: 0 },
  },
  {
    id: "filter-403-moderation",
    provider: "OpenRouter",
    what: "moderation answers 403: no question of the key",
    source: "OpenRouter docs: errors, moderation",
    respond: always({
      status: 403,
      body: {
        error: {
          code: 403,
          message:
            'openai/gpt-4o requires moderation on OpenAI. Your input was flagged for "violence". No credits were charged.',
          metadata: { reasons: ["violence"], flagged_input: "Hello", provider_name: "OpenAI" },
        },
      },
    }),
    expect: { ...filtered, billable: 0 },
  },
  {
    id: "filter-403-xai",
    provider: "xAI",
    what: "a safety check answers 403 with the words of a missing permission",
    source: "xAI users: SAFETY_CHECK_TYPE",
    respond: always({
      status: 403,
      body: {
        code: "The caller does not have permission to execute the specified operation",
        error:
          "Content violates usage guidelines. Team: t, API key ID: k, Model: grok-4, Failed check: SAFETY_CHECK_TYPE_BIO",
      },
    }),
    expect: { ...filtered, billable: 0 },
  },
  {
    id: "finish-null",
    provider: "Ollama",
    what: "a whole answer has finish_reason null",
    source: "pydantic/pydantic-ai#2996",
    respond: always(chat({ content: "positive", finish: null })),
    expect: { kind: "text", text: "positive", requests: 1 },
  },
  {
    id: "finish-other-words",
    provider: "xAI",
    what: "the natural end is called end_turn",
    source: "genkit-ai/genkit#6259",
    respond: always(chat({ content: "positive", finish: "end_turn" })),
    expect: { kind: "text", text: "positive", requests: 1 },
  },
  {
    id: "finish-uppercase",
    provider: "gateways of Gemini",
    what: "finish reasons are written in capitals",
    source: "mozilla-ai/any-llm#1202",
    respond: always(chat({ content: "positive", finish: "STOP" })),
    expect: { kind: "text", text: "positive", requests: 1 },
  },
];
