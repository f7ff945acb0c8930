import type { Judgement, Score, Scorer } from "../../contracts/scorer.ts";

/** A scorer that applies a rule and needs no judge. An error of the rule becomes a rejection. */
export function ruleScorer(rate: (judgement: Judgement) => Score): Scorer {
  return { judgeCalls: { usual: 0, most: 0 }, score: async (judgement) => rate(judgement) };
}
