import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { Estimate, OptimizationPlan, PlanEstimate } from "../../contracts/run-plan.ts";
import { costUsd, estimateTokens, type TokenUsage } from "../../core/usage.ts";
import { isReasoningModel } from "../../models/limits/known-models.ts";
import { outputCapOf } from "../budget/worst-case.ts";
import type { PriceParts } from "./estimate-parts.ts";

export type Role = Exclude<keyof PlanEstimate["calls"], "total">;
export type Level = keyof Estimate;

/** Calls of one kind and their total. */
export interface Bill {
  readonly role: Role;
  /** Key of the model. */
  readonly model: string | undefined;
  readonly calls: number;
  readonly tokens: number;
  /** null if the price is unknown. */
  readonly usd: number | null;
}

export const reflectionOutputTokens = 400;
// Hidden tokens of a known reasoning model: from a short answer to a long rewrite.
const reasoningTokens: Estimate = { low: 64, likely: 500, high: 4000 };
const reasoningTokensOfPages: Estimate = { low: 256, likely: 1500, high: 8000 };
/** Billed attempts per answered request. */
export const attempts: Estimate = { low: 1, likely: 1.02, high: 1.15 };

/**
 * Returns functions that price a number of calls of each kind; `growth` is the number of tokens that a
 * candidate's prompts have beyond the base's.
 */
export function pricesOf({ plan, models, facts }: PriceParts, growth: number, level: Level) {
  const { rowTokens, answerTokens } = facts;
  const promptTokens = estimatedPromptTokens(plan);
  const bill = (role: Role, key: string | undefined, inputTokens: number, shown: number) => {
    return (calls: number): Bill => {
      if (key === undefined || calls === 0) return { role, model: key, calls, tokens: 0, usd: 0 };
      const spec = models[key] as ModelSpec;
      const hidden = hiddenTokens(spec, role, level);
      const one: TokenUsage = { inputTokens, outputTokens: Math.min(outputCapOf(spec), shown + hidden) };
      const cost = costUsd(one, spec.price);
      const tokens = one.inputTokens + one.outputTokens;
      const sent = calls * attempts[level];
      return {
        role,
        model: key,
        calls,
        tokens: sent * tokens,
        usd: cost === null ? null : sent * cost,
      };
    };
  };
  const { target, reflection, judge, source } = plan.models;
  const [asked, answered] = [promptTokens + rowTokens, answerTokens + 2];
  return {
    base: bill("target", target, asked, answered),
    grown: bill("target", target, asked + growth, answered),
    source: bill("source", source, asked, answered),
    reflection: bill("reflection", reflection, asked + growth + 2 * rowTokens + 600, reflectionOutputTokens),
    judge: bill("judge", judge, rowTokens + 2 * answerTokens + 250, 60),
  };
}

/** Estimated tokens of the templates. */
export function estimatedPromptTokens({ prompts }: Pick<OptimizationPlan, "prompts">): number {
  return prompts.reduce((sum, { template }) => sum + estimateTokens(JSON.stringify(template)), 0);
}

function hiddenTokens({ name }: ModelSpec, role: Role, level: Level): number {
  if (!isReasoningModel(name)) return 0;
  return (role === "reflection" ? reasoningTokensOfPages : reasoningTokens)[level];
}

export function scaled({ role, model, calls, tokens, usd }: Bill, by: number): Bill {
  return {
    role,
    model,
    calls: calls * by,
    tokens: tokens * by,
    usd: usd === null ? null : usd * by,
  };
}

export function sumOfBills(bills: readonly Bill[]): Pick<Bill, "calls" | "tokens" | "usd"> {
  return bills.reduce<Pick<Bill, "calls" | "tokens" | "usd">>(
    (sum, { calls, tokens, usd }) => ({
      calls: sum.calls + calls,
      tokens: sum.tokens + tokens,
      usd: sum.usd === null || usd === null ? null : sum.usd + usd,
    }),
    { calls: 0, tokens: 0, usd: 0 },
  );
}
