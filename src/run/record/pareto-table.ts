import type { ParetoTable } from "../../contracts/run-record.ts";
import type { CandidateId } from "../../core/prompt/candidate.ts";
import { type Appraisal, hasPrices } from "../search/choose-candidate.ts";
import type { Measured, Winner } from "../search/choose-winner.ts";

/**
 * The candidates measured on every validation row that no other one beats in quality and price at once, from
 * the best to the cheapest, and always base and chosen one. The price is that of a call, in dollars where all
 * have one, else the tokens of the prompt.
 */
export function paretoTable({ chosen, reason, appraisals }: Winner, base: CandidateId): ParetoTable {
  const price = hasPrices(appraisals) ? "usd" : "prompt_tokens";
  const priceOf = ({ scoredCandidate }: Appraisal<Measured>) =>
    price === "usd" ? (scoredCandidate.usd ?? 0) : scoredCandidate.promptTokens;
  const isDominated = (one: Appraisal<Measured>, at: number) =>
    appraisals.some((other, place) => {
      const [better, cheaper] = [other.mean - one.mean, priceOf(one) - priceOf(other)];
      if (better < 0 || cheaper < 0) return false;
      return better > 0 || cheaper > 0 || place < at;
    });
  const isBase = ({ scoredCandidate }: Appraisal<Measured>) => scoredCandidate.candidate.id === base;
  const rows = appraisals
    .filter((one, at) => one === chosen || isBase(one) || !isDominated(one, at))
    .sort((one, other) => other.mean - one.mean || priceOf(one) - priceOf(other));
  return {
    price,
    reason,
    entries: rows.map((one) => ({
      candidate: one.scoredCandidate.candidate.id,
      isBase: isBase(one),
      isChosen: one === chosen,
      validation: one.estimate,
      measured: one.mean,
      promptTokens: one.scoredCandidate.promptTokens,
      outputTokens: one.scoredCandidate.outputTokens,
      usdPerThousandCalls: one.scoredCandidate.usd === null ? null : one.scoredCandidate.usd * 1000,
    })),
  };
}
