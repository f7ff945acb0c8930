import { isJsonObject } from "../data/json.ts";
import { defined } from "../defined.ts";
import type { TokenUsage } from "../usage.ts";

/** The token counts that a provider reports. */
export type ReportedUsage = Partial<TokenUsage>;

/** Reads the reported token counts, even if only one side is present. Undefined if there are none. */
export function readReportedUsage(usage: unknown): ReportedUsage | undefined {
  const whole = readUsage(usage);
  if (whole !== undefined || !isJsonObject(usage)) return whole;
  const inputTokens = countOf(usage["prompt_tokens"] ?? usage["input_tokens"]);
  const outputTokens = countOf(usage["completion_tokens"] ?? usage["output_tokens"]);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return defined({ inputTokens, outputTokens });
}

/**
 * Reads the reported token counts under the names of chat completions or responses. All generated tokens are
 * output: if the total exceeds prompt plus completion, the rest is reasoning counted separately (Gemini, Grok).
 * Undefined if one side is missing or not a count.
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
  const written = countOf(memberOf(inputDetails, "cache_write_tokens"));
  return {
    inputTokens,
    outputTokens,
    ...(written === undefined || written === 0 ? {} : { cacheWriteTokens: Math.min(written, inputTokens) }),
    ...(cached === undefined ? {} : { cachedInputTokens: Math.min(cached, inputTokens) }),
    ...(reasoning === undefined ? {} : { reasoningTokens: Math.min(reasoning, outputTokens) }),
  };
}

/** Without a total, more reasoning than completion means that reasoning is counted separately. */
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
