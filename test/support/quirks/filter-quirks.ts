import type { Quirk } from "./quirk.ts";
import { always, chat, openaiError } from "./wire-shapes.ts";

const filtered = { kind: "filtered", requests: 1 } as const;
const policy =
  "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. " +
  "Please modify your prompt and retry.";

/** Answers and questions withheld by a content filter. */
export const filterQuirks: readonly Quirk[] = [
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
];
