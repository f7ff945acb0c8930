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
  /** Seconds if run one after the other. */
  readonly seconds: number;
}

const reflectionOutputTokens = 400;
// Hidden tokens of a known reasoning model: from a short answer to a long rewrite.
const reasoningTokens: Estimate = { low: 64, likely: 500, high: 4000 };
const reasoningTokensOfPages: Estimate = { low: 256, likely: 1500, high: 8000 };
const secondsPerCall: Estimate = { low: 0.4, likely: 1, high: 3 };
/** Hidden tokens per second. */
const tokensPerSecond: Estimate = { low: 150, likely: 80, high: 40 };
/** Billed attempts per answered request. */
const attempts: Estimate = { low: 1, likely: 1.02, high: 1.15 };
// Rule-based stand-ins answer at once.
const secondsOffline = 0.002;

/**
 * Returns functions that price a number of calls of each kind; `growth` is the number of tokens that a
 * candidate's prompts have beyond the base's.
 */
export function pricesOf({ plan, models, facts }: PriceParts, growth: number, level: Level) {
  const { rowTokens, answerTokens } = facts;
  const promptTokens = estimatedPromptTokens(plan);
  const bill = (role: Role, key: string | undefined, inputTokens: number, shown: number) => {
    return (calls: number): Bill => {
      if (key === undefined || calls === 0) return { role, model: key, calls, tokens: 0, usd: 0, seconds: 0 };
      const spec = models[key] as ModelSpec;
      const hidden = hiddenTokens(spec, role, level);
      const one: TokenUsage = { inputTokens, outputTokens: Math.min(outputCapOf(spec), shown + hidden) };
      const cost = costUsd(one, spec.price);
      const tokens = one.inputTokens + one.outputTokens;
      const sent = calls * attempts[level];
      const seconds = calls * secondsOf(spec, hidden, level);
      return {
        role,
        model: key,
        calls,
        tokens: sent * tokens,
        usd: cost === null ? null : sent * cost,
        seconds,
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

function secondsOf({ provider, simulate }: ModelSpec, hidden: number, level: Level): number {
  if (provider === "offline") return (simulate?.latencyMs ?? 0) / 1000 + secondsOffline;
  return (secondsPerCall[level] + hidden / tokensPerSecond[level]) * attempts[level];
}

export function scaled({ role, model, calls, tokens, usd, seconds }: Bill, by: number): Bill {
  return {
    role,
    model,
    calls: calls * by,
    tokens: tokens * by,
    usd: usd === null ? null : usd * by,
    seconds: seconds * by,
  };
}

export function sumOfBills(bills: readonly Bill[]): Pick<Bill, "calls" | "tokens" | "usd" | "seconds"> {
  return bills.reduce<Pick<Bill, "calls" | "tokens" | "usd" | "seconds">>(
    (sum, { calls, tokens, usd, seconds }) => ({
      calls: sum.calls + calls,
      tokens: sum.tokens + tokens,
      usd: sum.usd === null || usd === null ? null : sum.usd + usd,
      seconds: sum.seconds + seconds,
    }),
    { calls: 0, tokens: 0, usd: 0, seconds: 0 },
  );
}

/**
 * Duration of the calls at this concurrency: that of all calls together, or of the model with the most
 * restrictive `limits` of its own.
 */
export function secondsOfBills(
  bills: readonly Bill[],
  models: Readonly<Record<string, ModelSpec>>,
  concurrency: number,
): number {
  const keys = new Set(bills.flatMap(({ model }) => model ?? []));
  const heldBack = [...keys].map((key) => {
    const { calls, tokens, seconds } = sumOfBills(bills.filter(({ model }) => model === key));
    const { concurrency: own = concurrency, requestsPerMinute, tokensPerMinute } = models[key]?.limits ?? {};
    return Math.max(
      seconds / Math.min(own, concurrency),
      requestsPerMinute === undefined ? 0 : (calls / requestsPerMinute) * 60,
      tokensPerMinute === undefined ? 0 : (tokens / tokensPerMinute) * 60,
    );
  });
  return Math.max(sumOfBills(bills).seconds / concurrency, ...heldBack);
}
