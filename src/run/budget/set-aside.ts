import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import type { PromptTexts } from "../../core/candidate.ts";
import type { Split } from "../../project/project.ts";
import { type Bench, worstRollout } from "../lab/rollout.ts";
import { type Amount, nothing, plus, times } from "./amount.ts";
import type { Caps } from "./purse.ts";

/** A budget dealt into what the search may spend and what the gate keeps for itself. */
export interface DealtBudget {
  readonly search: Caps;
  readonly gate: Caps;
  readonly gateCalls: number;
}

// A rewrite is longer than its base; the gate must still be able to pay for it.
const growthOfPrompt = 4;

/** Sets the gate aside: base, winner and (with one) the source model on every test row, at their worst. */
export function dealBudget(
  plan: OptimizationPlan,
  bench: Bench,
  split: Split,
  seed: PromptTexts,
): DealtBudget {
  const sides = plan.models.source === undefined ? 2 : 3;
  const grown = Object.fromEntries(
    Object.entries(seed).map(([name, text]) => [name, text.repeat(growthOfPrompt)]),
  );
  const gate = times(
    split.test.map((example) => worstRollout(bench, grown, example)).reduce(plus, nothing),
    sides,
  );
  const { budget } = plan;
  const rest = (cap: number | undefined, aside: number) =>
    cap === undefined ? undefined : Math.max(0, cap - aside);
  return {
    search: withoutHoles({
      calls: rest(budget.calls, gate.calls),
      tokens: rest(budget.tokens, gate.tokens),
      usd: rest(budget.usd, gate.usd),
    }),
    gate: withoutHoles({
      calls: budget.calls === undefined ? undefined : gate.calls,
      tokens: budget.tokens === undefined ? undefined : gate.tokens,
      usd: budget.usd === undefined ? undefined : gate.usd,
    }),
    gateCalls: gate.calls,
  };
}

function withoutHoles(caps: { readonly [Key in keyof Amount]: number | undefined }): Caps {
  return Object.fromEntries(Object.entries(caps).filter(([, cap]) => cap !== undefined));
}
