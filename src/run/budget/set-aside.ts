import type { BudgetSpec, OptimizationPlan } from "../../contracts/run-plan.ts";
import type { PromptTexts } from "../../core/candidate.ts";
import type { Split } from "../../project/project.ts";
import { type RolloutBounds, worstRollout } from "../lab/rollout.ts";
import { type Amount, nothing, plus, restOf, times } from "./amount.ts";
import type { Answerers } from "./answerers.ts";
import type { Caps } from "./purse.ts";

// A rewrite is longer than its base; the gate must still be able to pay for it.
const growthOfPrompt = 4;

/** What the gate may cost at most: base, winner and (with one) the source model on every test row. */
export function gateWorst(
  plan: OptimizationPlan,
  bench: RolloutBounds,
  split: Split,
  seed: PromptTexts,
): Amount {
  const grown = Object.fromEntries(
    Object.entries(seed).map(([name, text]) => [name, text.repeat(growthOfPrompt)]),
  );
  const side = (answerers: Answerers): Amount =>
    split.test
      .map((example) => worstRollout({ ...bench, target: { answerers } }, grown, example))
      .reduce(plus, nothing);
  const both = times(side(bench.target.answerers), 2);
  if (plan.models.source === undefined) return both;
  return plus(both, side(bench.source ?? bench.target.answerers));
}

/** The caps that are left of a budget when this much is taken out of it. */
export function capsWithout({ calls, tokens, usd }: BudgetSpec, taken: Amount): Caps {
  const infinite = Number.POSITIVE_INFINITY;
  const rest = restOf({ calls: calls ?? infinite, tokens: tokens ?? infinite, usd: usd ?? infinite }, taken);
  return Object.fromEntries(Object.entries(rest).filter(([, cap]) => Number.isFinite(cap)));
}
