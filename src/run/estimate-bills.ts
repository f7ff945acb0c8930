import type { ModelSpec } from "../contracts/model-spec.ts";
import type { PlanEstimate } from "../contracts/run-plan.ts";
import { costUsd, estimateTokens, type TokenUsage } from "../core/usage.ts";
import { outputCapOf } from "./budget/worst-case.ts";
import type { EstimateParts } from "./estimate-parts.ts";

export type Role = Exclude<keyof PlanEstimate["calls"], "total">;

/** Calls of one kind, and what they come to. */
export interface Bill {
  readonly role: Role;
  readonly calls: number;
  readonly tokens: number;
  /** null where the price is unknown. */
  readonly usd: number | null;
}

const reflectionOutputTokens = 400;

/** What a number of calls of each kind comes to; `growth` is what a candidate's prompts have beyond the base's. */
export function pricesOf({ plan, models, facts }: EstimateParts, growth: number) {
  const { rowTokens, answerTokens } = facts;
  const promptTokens = plan.prompts.reduce(
    (sum, { template }) => sum + estimateTokens(JSON.stringify(template)),
    0,
  );
  const bill = (role: Role, key: string | undefined, inputTokens: number, outputTokens: number) => {
    return (calls: number): Bill => {
      if (key === undefined || calls === 0) return { role, calls, tokens: 0, usd: 0 };
      const spec = models[key] as ModelSpec;
      const one: TokenUsage = { inputTokens, outputTokens: Math.min(outputCapOf(spec), outputTokens) };
      const cost = costUsd(one, spec.price);
      const tokens = one.inputTokens + one.outputTokens;
      return { role, calls, tokens: calls * tokens, usd: cost === null ? null : calls * cost };
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

export function scaled({ role, calls, tokens, usd }: Bill, by: number): Bill {
  return { role, calls: calls * by, tokens: tokens * by, usd: usd === null ? null : usd * by };
}

export function sumOf(bills: readonly Bill[]): Omit<Bill, "role"> {
  return bills.reduce<Omit<Bill, "role">>(
    (sum, { calls, tokens, usd }) => ({
      calls: sum.calls + calls,
      tokens: sum.tokens + tokens,
      usd: sum.usd === null || usd === null ? null : sum.usd + usd,
    }),
    { calls: 0, tokens: 0, usd: 0 },
  );
}
