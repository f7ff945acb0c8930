import { isJsonObject } from "../data/json.ts";
import type { TokenUsage } from "../usage.ts";

/** Tokens as far as a provider reports them. */
export type ReportedUsage = Partial<TokenUsage>;

/** The tokens that a provider reports, be it those of one side alone. Undefined when it reports none. */
export function readReportedUsage(usage: unknown): ReportedUsage | undefined {
  const whole = readUsage(usage);
  if (whole !== undefined || !isJsonObject(usage)) return whole;
  const inputTokens = countOf(usage["prompt_tokens"] ?? usage["input_tokens"]);
  const outputTokens = countOf(usage["completion_tokens"] ?? usage["output_tokens"]);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return {
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
  };
}

/**
 * The tokens that a provider reports, in the words of chat completions or of responses. Everything it made is
 * output: where the total holds more than prompt and completion, the rest is reasoning that it counted apart
 * (Gemini, Grok). Undefined where one side is missing or a figure is no count.
 */
export function readUsage(usage: unknown): TokenUsage | undefined {
  if (!isJsonObject(usage)) return undefined;
  const prompt = usage["prompt_tokens"] ?? usage["input_tokens"];
  const completion = usage["completion_tokens"] ?? usage["output_tokens"];
  const total = usage["total_tokens"] ?? undefined;
  const inputDetails = usage["prompt_tokens_details"] ?? usage["input_tokens_details"];
  const outputDetails = usage["completion_tokens_details"] ?? usage["output_tokens_details"];
  if (![prompt, completion, total].every((figure) => figure === undefined || isCount(figure)))
    return undefined;
  const [input, output, all] = [prompt, completion, total] as (number | undefined)[];
  const inputTokens = input ?? difference(all, output);
  if (inputTokens === undefined || (output === undefined && all === undefined)) return undefined;
  const reasoning = countOf(memberOf(outputDetails, "reasoning_tokens") ?? usage["reasoning_tokens"]);
  const outputTokens = outputOf(output ?? 0, reasoning, difference(all, inputTokens));
  const cached = countOf(
    memberOf(inputDetails, "cached_tokens") ?? usage["prompt_cache_hit_tokens"] ?? usage["cached_tokens"],
  );
  return {
    inputTokens,
    outputTokens,
    ...(cached === undefined ? {} : { cachedInputTokens: Math.min(cached, inputTokens) }),
    ...(reasoning === undefined ? {} : { reasoningTokens: Math.min(reasoning, outputTokens) }),
  };
}

/** Without a total, more reasoning than completion can only have been counted apart. */
function outputOf(completion: number, reasoning = 0, rest: number | undefined): number {
  if (rest !== undefined) return Math.max(completion, rest);
  return reasoning > completion ? completion + reasoning : completion;
}

function difference(all: number | undefined, part: number | undefined): number | undefined {
  return all === undefined || part === undefined ? undefined : Math.max(0, all - part);
}

function memberOf(value: unknown, name: string): unknown {
  return isJsonObject(value) ? value[name] : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function countOf(value: unknown): number | undefined {
  return isCount(value) ? value : undefined;
}
