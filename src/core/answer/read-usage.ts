import { isJsonObject } from "../json.ts";

/** Tokens as far as a provider reports them. */
export interface ReportedUsage {
  readonly inputTokens?: number;
  /** With the reasoning. */
  readonly outputTokens?: number;
  /** Part of `inputTokens`. */
  readonly cachedInputTokens?: number;
  /** Part of `outputTokens`. */
  readonly reasoningTokens?: number;
}

/**
 * The `usage` of a body, under the names of either endpoint. Some providers leave reasoning out of the
 * completion tokens and count it in the total only, so the larger one counts. Figures below zero and those that
 * are no numbers are left out; undefined when nothing is reported.
 */
export function readUsage(usage: unknown): ReportedUsage | undefined {
  if (!isJsonObject(usage)) return undefined;
  const inputTokens = countOf(usage["prompt_tokens"] ?? usage["input_tokens"]);
  const told = countOf(usage["completion_tokens"] ?? usage["output_tokens"]);
  const total = countOf(usage["total_tokens"]);
  const inDetails = usage["completion_tokens_details"] ?? usage["output_tokens_details"];
  const reasoningTokens = countOf(memberOf(inDetails, "reasoning_tokens"));
  const cachedInputTokens = countOf(
    memberOf(usage["prompt_tokens_details"] ?? usage["input_tokens_details"], "cached_tokens"),
  );
  const outputTokens = outputOf(told, inputTokens, total);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return {
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
    ...(cachedInputTokens === undefined ? {} : { cachedInputTokens }),
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
  };
}

function outputOf(
  told: number | undefined,
  input: number | undefined,
  total: number | undefined,
): number | undefined {
  const rest = input === undefined || total === undefined ? undefined : total - input;
  if (rest === undefined || rest < 0) return told;
  return told === undefined ? rest : Math.max(told, rest);
}

function memberOf(value: unknown, name: string): unknown {
  return isJsonObject(value) ? value[name] : undefined;
}

function countOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}
