import type { Quirk } from "./quirk.ts";
import { always, chat } from "./wire-shapes.ts";

const text = { kind: "text", requests: 1, billable: 1 } as const;
/** A long answer, so that its estimate is clearly above zero. */
const long = "positive ".repeat(40).trim();
const estimated = {
  ...text,
  isEstimated: true,
  atLeast: { inputTokens: 1, outputTokens: 20 },
} as const;

function usageQuirk(
  id: string,
  provider: string,
  what: string,
  source: string,
  usage: unknown,
  expect: Partial<Quirk["expect"]>,
): Quirk {
  return {
    id: `usage-${id}`,
    provider,
    what,
    source,
    respond: always(chat({ content: long, usage })),
    expect: { ...text, ...expect },
  };
}

/** Usage as billed by providers. */
export const usageQuirks: readonly Quirk[] = [
  usageQuirk("missing", "llama.cpp", "no usage is sent", "BerriAI/litellm#9657", undefined, estimated),
  usageQuirk("null", "TGI", "usage is null", "huggingface/text-generation-inference#3003", null, estimated),
  usageQuirk("empty", "LM Studio", "usage is an empty object", "LM Studio users: empty usage", {}, estimated),
  usageQuirk(
    "zeros",
    "GLM through LiteLLM",
    "every figure is zero",
    "BerriAI/litellm#38199",
    { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
    estimated,
  ),
  usageQuirk(
    "nulls",
    "Bifrost",
    "the figures are null",
    "maximhq/bifrost#5425",
    { prompt_tokens: null, completion_tokens: null, total_tokens: 0 },
    estimated,
  ),
  usageQuirk(
    "negative",
    "xAI through a gateway",
    "a figure is negative",
    "vercel/ai#12425",
    { prompt_tokens: 12, completion_tokens: -315, total_tokens: 14 },
    estimated,
  ),
  usageQuirk(
    "absurd",
    "a gateway",
    "a figure is above any context",
    "contract: absurd figures are replaced",
    { prompt_tokens: 12, completion_tokens: 4_000_000_000, total_tokens: 4_000_000_012 },
    { ...estimated, usage: {} },
  ),
  usageQuirk(
    "texts",
    "a gateway",
    "the figures are texts",
    "contract: figures that cannot be believed are estimated",
    { prompt_tokens: "12", completion_tokens: "70", total_tokens: "82" },
    { atLeast: { inputTokens: 1, outputTokens: 20 } },
  ),
  usageQuirk(
    "thoughts-outside",
    "Gemini",
    "the total holds thinking that completion_tokens leaves out",
    "mozilla-ai/any-llm#1290",
    { prompt_tokens: 20, completion_tokens: 198, total_tokens: 623 },
    { usage: { inputTokens: 20, outputTokens: 603 } },
  ),
  usageQuirk(
    "reasoning-outside",
    "xAI",
    "reasoning tokens come on top of completion_tokens",
    "Wei-Shaw/sub2api#5771",
    {
      prompt_tokens: 10120,
      completion_tokens: 1499,
      total_tokens: 14428,
      prompt_tokens_details: { cached_tokens: 128 },
      completion_tokens_details: { reasoning_tokens: 2809 },
    },
    { usage: { inputTokens: 10120, outputTokens: 4308 } },
  ),
  usageQuirk(
    "reasoning-inside",
    "OpenAI, xAI",
    "reasoning tokens are a part of completion_tokens, and are not added again",
    "promptfoo/promptfoo#9507",
    {
      prompt_tokens: 500,
      completion_tokens: 500,
      total_tokens: 1000,
      completion_tokens_details: { reasoning_tokens: 200 },
    },
    { usage: { inputTokens: 500, outputTokens: 500 } },
  ),
  usageQuirk(
    "no-total",
    "Databricks",
    "there is no total",
    "contract: output = max(completion, total - prompt)",
    { prompt_tokens: 20, completion_tokens: 90 },
    { usage: { inputTokens: 20, outputTokens: 90 } },
  ),
  usageQuirk(
    "total-too-small",
    "a gateway",
    "the total is less than its parts",
    "contract: output = max(completion, total - prompt)",
    { prompt_tokens: 20, completion_tokens: 90, total_tokens: 14 },
    { usage: { inputTokens: 20, outputTokens: 90 } },
  ),
  usageQuirk(
    "no-completion",
    "Gemini",
    "completion_tokens is left out, the total is not",
    "pydantic/pydantic-ai#3300",
    { prompt_tokens: 20, total_tokens: 120 },
    { atLeast: { inputTokens: 1, outputTokens: 20 } },
  ),
];
