import type { Trace, TraceUsage } from "../../core/trace.ts";
import { costUsd, type Price } from "../../core/usage.ts";

type Costs = Pick<Trace, "promptCostUsd" | "outputCostUsd" | "costUsd">;

/** USD of the two halves of a call; null, never a guess, when price or tokens are unknown. */
export function callCost(
  usage: TraceUsage | undefined,
  cachedInputTokens: number | undefined,
  price: Price | undefined,
): Costs {
  const { inputTokens, outputTokens } = usage ?? {};
  if (inputTokens === undefined || outputTokens === undefined || price === undefined) {
    return { promptCostUsd: null, outputCostUsd: null, costUsd: null };
  }
  const cached = cachedInputTokens === undefined ? {} : { cachedInputTokens };
  const promptCostUsd = costUsd({ inputTokens, outputTokens: 0, ...cached }, price) ?? 0;
  const outputCostUsd = costUsd({ inputTokens: 0, outputTokens }, price) ?? 0;
  return { promptCostUsd, outputCostUsd, costUsd: promptCostUsd + outputCostUsd };
}

/** The part of the input that the provider had in its own cache, as either endpoint names it. */
export function cachedTokens(answer: Trace["providerResponse"]): number | undefined {
  const usage = memberOf(answer, "usage");
  const details = memberOf(usage, "prompt_tokens_details") ?? memberOf(usage, "input_tokens_details");
  const cached = memberOf(details, "cached_tokens");
  return typeof cached === "number" && cached >= 0 ? cached : undefined;
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
