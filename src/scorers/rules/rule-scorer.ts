import type { Judgement, Score, Scorer } from "../../contracts/scorer.ts";

/** A scorer that follows a rule and asks no judge. What the rule throws is a rejection. */
export function ruleScorer(rate: (judgement: Judgement) => Score): Scorer {
  return { judgeCalls: { usual: 0, most: 0 }, score: async (judgement) => rate(judgement) };
}
