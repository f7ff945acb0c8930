import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import { meanOf } from "../../core/statistics/mean.ts";
import { type RowScores, shrunkenMeans } from "../../core/statistics/shrunken-means.ts";

/** A candidate with its scores, as input of the choice. */
export interface ScoredCandidate {
  /** On the validation rows in their order; undefined without a score. */
  readonly scores: RowScores;
  /** True if every validation row has an outcome, failures included. */
  readonly isComplete: boolean;
  readonly promptTokens: number;
  /** Price of a call; null if unknown. */
  readonly usd: number | null;
}

export interface Appraisal<T extends ScoredCandidate = ScoredCandidate> {
  readonly scoredCandidate: T;
  /** Mean of its scores. */
  readonly mean: number;
  /** Estimate of the true mean, corrected for the selection among many candidates. */
  readonly estimate: number;
  /** `quality` × estimate, minus the price of length. */
  readonly objective: number;
}

export interface CandidateChoice<T extends ScoredCandidate = ScoredCandidate> {
  readonly chosen: Appraisal<T>;
  /** A sentence for the user. */
  readonly reason: string;
  /** All candidates measured on every row, in the given order. */
  readonly appraisals: readonly Appraisal<T>[];
}

type Preferences = Pick<OptimizationPlan, "objectives" | "select">;

// `objectives.prompt_tokens` is the quality worth giving up for a prompt shorter by this many tokens.
const tokensPerUnit = 1000;

/**
 * Chooses the best candidate; the first one given is the base. Only candidates measured on every row can win,
 * but all scores count for the estimates. The base stays unless a rewrite's estimate is above the base's
 * measured mean. If estimates are equal because all differences look like chance, the measured means decide,
 * then the lower price, then the order. Rows that one of two candidates has no score on do not count: the
 * better one must be better on the rows that both have. Undefined if no candidate was measured on every row.
 *
 * A stricter rule, a lower confidence bound corrected for the number of candidates, would lose real gains (of
 * 100 rewrites that all gain 0.1, on 60 rows, none is chosen in nine of ten searches) and would prove
 * nothing, because the held-out rows do that. Chance only distorts the reported score, and that is the
 * corrected estimate.
 */
export function chooseCandidate<T extends ScoredCandidate>(
  { objectives, select }: Preferences,
  scoredCandidates: readonly T[],
): CandidateChoice<T> | undefined {
  const estimates = shrunkenMeans(scoredCandidates.map(({ scores }) => scores));
  const price = ({ promptTokens }: T) => (objectives.promptTokens * promptTokens) / tokensPerUnit;
  const appraisals = scoredCandidates.flatMap((scoredCandidate, at): Appraisal<T>[] => {
    if (!scoredCandidate.isComplete) return [];
    const estimate = rounded(estimates[at] ?? 0, scoredCandidates.length);
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

/** True if all prices are known, so that candidates can be compared in dollars. */
export function hasPrices(appraisals: readonly Appraisal[]): boolean {
  return appraisals.every(({ scoredCandidate }) => scoredCandidate.usd !== null);
}

/** Rounds to four digits, the precision of the estimate. A single candidate's mean is exact and stays. */
function rounded(estimate: number, scoredCandidates: number): number {
  return scoredCandidates === 1 ? estimate : Math.min(1, Math.max(0, Math.round(estimate * 1e4) / 1e4));
}

// Sums in different orders differ in their last digits.
const hair = 1e-9;

type Pricing = (appraisal: Appraisal) => number;

/** In dollars if all prices are known, otherwise in tokens of the prompt. */
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

/** A candidate's estimated gain over the base's measured mean. */
function gainOver(one: Appraisal, base: Appraisal): number {
  const ahead = rowsAhead(one, base);
  // The selection bias removed by the estimate is removed here too, but never added.
  return ahead === undefined ? one.estimate - base.mean : ahead + Math.min(0, one.estimate - one.mean);
}

/** Mean lead on the rows scored for both; undefined if both have all scores. */
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
