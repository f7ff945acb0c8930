import type { OptimizationPlan } from "../contracts/run-plan.ts";
import type { Candidate } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import type { Ledger, Standing } from "./lab/ledger.ts";

export interface Ranked {
  readonly candidate: Candidate;
  readonly standing: Standing;
  readonly objective: number;
}

// `objectives.prompt_tokens` is the quality one is ready to give up for a prompt shorter by a thousand tokens.
const tokensPerUnit = 1000;

/** The value a candidate is chosen by: quality, less the price put on its length. */
function objectiveOf(plan: OptimizationPlan, candidate: Candidate, standing: Standing): number {
  const { quality, promptTokens } = plan.objectives;
  return quality * standing.mean - (promptTokens * candidate.promptTokens) / tokensPerUnit;
}

/**
 * The best candidate measured on every validation row. Ties go to the earlier one, so the base wins
 * over a rewrite that is only as good. Undefined when not even the base was measured.
 */
export function chooseWinner(
  plan: OptimizationPlan,
  ledger: Ledger,
  validation: readonly Example[],
): Ranked | undefined {
  const ranked = ledger.candidates.flatMap((candidate): Ranked[] => {
    const standing = ledger.standing(candidate.id, validation);
    if (standing.rows < validation.length) return [];
    return [{ candidate, standing, objective: objectiveOf(plan, candidate, standing) }];
  });
  const best = firstBest(ranked, ({ objective }) => objective);
  if (best === undefined || plan.select.kind === "best") return best;
  const { margin } = plan.select;
  const goodEnough = ranked.filter(({ standing }) => standing.mean >= best.standing.mean - margin);
  return firstBest(goodEnough, ({ candidate }) => -candidate.promptTokens);
}

function firstBest(ranked: readonly Ranked[], value: (item: Ranked) => number): Ranked | undefined {
  return ranked.reduce<Ranked | undefined>(
    (best, item) => (best === undefined || value(item) > value(best) ? item : best),
    undefined,
  );
}
