import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import { meanOf } from "../../core/statistics/mean.ts";
import { type RowScores, shrunkenMeans } from "../../core/statistics/shrunken-means.ts";

/** A candidate as the choice sees it. */
export interface ScoredCandidate {
  /** On the validation rows in their order; undefined where there is no score. */
  readonly scores: RowScores;
  /** Has every validation row an outcome, be it a failure? */
  readonly isComplete: boolean;
  readonly promptTokens: number;
  /** Of a call; null when unknown. */
  readonly usd: number | null;
}

export interface Appraisal<T extends ScoredCandidate = ScoredCandidate> {
  readonly scoredCandidate: T;
  /** Mean of its scores. */
  readonly mean: number;
  /** What that mean truly is, as far as can be told: without the luck of having been picked among many. */
  readonly estimate: number;
  /** `quality` × estimate, less the price put on length. */
  readonly objective: number;
}

export interface CandidateChoice<T extends ScoredCandidate = ScoredCandidate> {
  readonly chosen: Appraisal<T>;
  /** A sentence for the user. */
  readonly reason: string;
  /** All that were measured on every row, in the order given. */
  readonly appraisals: readonly Appraisal<T>[];
}

type Preferences = Pick<OptimizationPlan, "objectives" | "select">;

// `objectives.prompt_tokens` is the quality one is ready to give up for a prompt shorter by a thousand tokens.
const tokensPerUnit = 1000;

/**
 * Which candidate is the best; the first one given is the base. Only those measured on every row may win, but
 * all scores count for the estimates. The base stays unless the estimate of a rewrite is above what the base
 * itself measured. Where estimates agree because all differences look like luck the measured means decide,
 * then the cheaper one, then the earlier. Rows that one of two has no score on count for neither: whoever is ahead
 * must be ahead on the rows that both have. Undefined when none was measured on every row.
 *
 * Why not a rewrite only if its lower confidence bound, corrected for how many were looked at, is above the
 * base: it costs what gains there are (100 rewrites that all bring 0.1, on 60 rows: none is taken in nine
 * searches of ten), and proves nothing, as the rows held back do that. What luck spoils is the score
 * reported, and that is the estimate.
 */
export function chooseCandidate<T extends ScoredCandidate>(
  { objectives, select }: Preferences,
  scoredCandidates: readonly T[],
): CandidateChoice<T> | undefined {
  const estimates = shrunkenMeans(scoredCandidates.map(({ scores }) => scores));
  const price = ({ promptTokens }: T) => (objectives.promptTokens * promptTokens) / tokensPerUnit;
  const appraisals = scoredCandidates.flatMap((scoredCandidate, at): Appraisal<T>[] => {
    if (!scoredCandidate.isComplete) return [];
    const estimate = told(estimates[at] ?? 0, scoredCandidates.length);
    const mean = meanOf(scoredCandidate.scores.filter((score) => score !== undefined));
    return [
      { scoredCandidate, mean, estimate, objective: objectives.quality * estimate - price(scoredCandidate) },
    ];
  });
  const [first, ...others] = appraisals;
  if (first === undefined) return undefined;
  const priceOf = pricing(appraisals);
  const top = others.reduce((best, one) => (isBetter(one, best, objectives, priceOf) ? one : best), first);
  const isBase = first.scoredCandidate === scoredCandidates[0];
  const gain = objectives.quality * gainOver(top, first);
  const isHeld = isBase && gain - price(top.scoredCandidate) + price(first.scoredCandidate) <= hair;
  const best = isHeld ? first : top;
  if (select.kind === "cheapest_within") {
    const enough = appraisals.filter(({ estimate }) => estimate >= best.estimate - select.margin - hair);
    const reason = `the cheapest within ${select.margin} of the best estimate, ${best.estimate.toFixed(3)}`;
    return { chosen: cheapest(enough, best, objectives, priceOf), reason, appraisals };
  }
  const weighs = objectives.promptTokens !== 0;
  if (isHeld) {
    const others = weighs ? "is worth more than the base, length counted" : "is above what the base measured";
    return { chosen: best, reason: `no other estimate ${others}`, appraisals };
  }
  const weights = `${objectives.quality} × estimate − ${objectives.promptTokens} × prompt tokens ÷ ${tokensPerUnit}`;
  return { chosen: best, reason: weighs ? `the most of ${weights}` : "the best estimate", appraisals };
}

/** Has every one of them a known price, so that they can be compared in money? */
export function hasPrices(appraisals: readonly Appraisal[]): boolean {
  return appraisals.every(({ scoredCandidate }) => scoredCandidate.usd !== null);
}

/** To four digits: more is not known. A mean that stands alone is no estimate, and stays. */
function told(estimate: number, scoredCandidates: number): number {
  return scoredCandidates === 1 ? estimate : Math.min(1, Math.max(0, Math.round(estimate * 1e4) / 1e4));
}

// Sums in another order differ in their last digits.
const hair = 1e-9;

type Pricing = (appraisal: Appraisal) => number;

/** In money where every one has a price, else in tokens of the prompt. */
function pricing(appraisals: readonly Appraisal[]): Pricing {
  const isPriced = hasPrices(appraisals);
  return ({ scoredCandidate }) => (isPriced ? (scoredCandidate.usd ?? 0) : scoredCandidate.promptTokens);
}

function isBetter(
  one: Appraisal,
  other: Appraisal,
  { quality }: Preferences["objectives"],
  priceOf: Pricing,
): boolean {
  const byRows = rowsAhead(one, other);
  const byEstimate = one.objective - other.objective;
  const lead =
    byRows === undefined
      ? byEstimate
      : Math.min(byEstimate, byEstimate + quality * (byRows - gap(one, other)));
  if (Math.abs(lead) > hair) return lead > 0;
  const ahead = byRows ?? one.mean - other.mean;
  if (Math.abs(ahead) > hair) return ahead > 0;
  return priceOf(one) < priceOf(other) - hair;
}

function gap(one: Appraisal, other: Appraisal): number {
  return one.estimate - other.estimate;
}

/** What a candidate is estimated to bring over what the base measured. */
function gainOver(one: Appraisal, base: Appraisal): number {
  const ahead = rowsAhead(one, base);
  // The luck that the estimate takes off is taken off here too; it is never added.
  return ahead === undefined ? one.estimate - base.mean : ahead + Math.min(0, one.estimate - one.mean);
}

/** Mean lead on the rows both have a score on; undefined where neither lacks one. */
function rowsAhead(
  { scoredCandidate: one }: Appraisal,
  { scoredCandidate: other }: Appraisal,
): number | undefined {
  const pairs = one.scores.flatMap((score, at) => {
    const theirs = other.scores[at];
    return score === undefined || theirs === undefined ? [] : [score - theirs];
  });
  return pairs.length === one.scores.length && pairs.length === other.scores.length
    ? undefined
    : meanOf(pairs);
}

function cheapest<T extends ScoredCandidate>(
  appraisals: readonly Appraisal<T>[],
  best: Appraisal<T>,
  objectives: Preferences["objectives"],
  priceOf: Pricing,
): Appraisal<T> {
  const isCheaper = (one: Appraisal, other: Appraisal) =>
    priceOf(one) < priceOf(other) ||
    (priceOf(one) === priceOf(other) && isBetter(one, other, objectives, priceOf));
  return appraisals.reduce((low, one) => (isCheaper(one, low) ? one : low), best);
}
