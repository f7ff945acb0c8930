import type { JsonObject, JsonValue } from "../../core/data/json.ts";

/** Members of a request that say how much a model may think. */
export interface ReasoningMembers {
  readonly members: Readonly<Record<string, JsonValue>>;
  /** What a number was turned into, where the provider knows no such number. */
  readonly note?: string;
}

/** Numbers that stand for a step where a provider knows steps alone. */
const steps = [
  { most: 1024, effort: "low" },
  { most: 4096, effort: "medium" },
  { most: Number.POSITIVE_INFINITY, effort: "high" },
];

/**
 * `reasoning_effort` as an endpoint takes it. A name is passed on; a number of tokens becomes the provider's own
 * budget where there is one (OpenRouter, Anthropic, Gemini 2.5), else the nearest step.
 */
export function reasoningMembers(
  effort: string | number | undefined,
  { model, baseUrl }: { readonly model: string; readonly baseUrl?: string | undefined },
): ReasoningMembers {
  if (effort === undefined) return { members: {} };
  const tokens = typeof effort === "string" && /^-?\d+$/.test(effort) ? Number(effort) : effort;
  if (typeof tokens === "string") return { members: { reasoning_effort: tokens } };
  const budget = ownBudget(tokens, model.toLowerCase(), hostOf(baseUrl));
  if (budget !== undefined) return { members: budget };
  const step = steps.find(({ most }) => tokens <= most)?.effort ?? "high";
  return {
    members: { reasoning_effort: step },
    note: `${model} takes no number of tokens to think in: reasoning_effort ${tokens} is sent as ${step}`,
  };
}

function ownBudget(tokens: number, model: string, host: string): JsonObject | undefined {
  if (/(^|\.)openrouter\.ai$/.test(host)) return { reasoning: { max_tokens: tokens } };
  if (/(^|\.)anthropic\.com$/.test(host) || /claude/.test(model)) {
    return { thinking: tokens > 0 ? { type: "enabled", budget_tokens: tokens } : { type: "disabled" } };
  }
  if (/(^|\.)googleapis\.com$/.test(host) || /gemini/.test(model)) {
    return { extra_body: { google: { thinking_config: { thinking_budget: tokens } } } };
  }
  return undefined;
}

function hostOf(baseUrl: string | undefined): string {
  return baseUrl !== undefined && URL.canParse(baseUrl) ? new URL(baseUrl).hostname : "";
}
