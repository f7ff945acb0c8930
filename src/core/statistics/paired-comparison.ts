import { type Interval, meanOf } from "./mean.ts";
import { meanDifferenceInterval, pairedDifferences, wilsonInterval } from "./mean-interval.ts";
import { mcnemarPValue, signFlipPValue } from "./paired-tests.ts";

/** The difference optimized − base over rows scored on both sides. */
export interface PairedComparison {
  readonly difference: number;
  readonly interval: Interval;
  readonly confidence: number;
  /** Two-sided. */
  readonly pValue: number;
  readonly method: "mcnemar-newcombe" | "signflip-bca";
  readonly rows: number;
}

export interface ComparisonOptions {
  readonly confidence: number;
  readonly seed: number;
  /** Bootstrap resamples; default 10,000. */
  readonly resamples?: number;
}

/**
 * Compares scores (0 … 1) of the same rows in the same order: exact McNemar and Newcombe's interval if all are
 * 0 or 1, else sign-flip test and BCa interval. No rows: difference 0, interval −1 to 1.
 *
 *     comparePaired([0, 0, 1], [1, 1, 1], { confidence: 0.95, seed: 42 })
 */
export function comparePaired(
  base: readonly number[],
  optimized: readonly number[],
  options: ComparisonOptions,
): PairedComparison {
  if (base.length !== optimized.length) {
    throw new RangeError(`${base.length} base scores do not pair with ${optimized.length} optimized ones`);
  }
  const isBinary = [...base, ...optimized].every((score) => score === 0 || score === 1);
  const result = isBinary
    ? compareBinary(base, optimized, options.confidence)
    : compareGraded(base, optimized, options);
  return Object.freeze({ ...result, confidence: options.confidence, rows: base.length });
}

type Result = Omit<PairedComparison, "confidence" | "rows">;

function compareBinary(base: readonly number[], optimized: readonly number[], confidence: number): Result {
  const counts = countPairs(base, optimized);
  return {
    difference: (counts.onlyOptimized - counts.onlyBase) / Math.max(1, base.length),
    interval: newcombeInterval(counts, confidence),
    pValue: mcnemarPValue(counts.onlyOptimized, counts.onlyBase),
    method: "mcnemar-newcombe",
  };
}

function countPairs(base: readonly number[], optimized: readonly number[]): PairCounts {
  const count = (one: number, other: number) =>
    base.reduce((sum, score, at) => sum + (score === one && optimized[at] === other ? 1 : 0), 0);
  return { both: count(1, 1), onlyBase: count(1, 0), onlyOptimized: count(0, 1), neither: count(0, 0) };
}

function compareGraded(
  base: readonly number[],
  optimized: readonly number[],
  options: ComparisonOptions,
): Result {
  const differences = pairedDifferences(base, optimized);
  const pValue = signFlipPValue(differences, options.seed);
  const [low, high] = meanDifferenceInterval(differences, options);
  // A bootstrap of few differing rows cannot show a sign that did not occur; the test accounts for it.
  const isOpen = pValue > 1 - options.confidence;
  return {
    difference: meanOf(differences),
    interval: isOpen ? [Math.min(low, 0), Math.max(high, 0)] : [low, high],
    pValue,
    method: "signflip-bca",
  };
}

/** Counts of pairs by which answers are correct. */
interface PairCounts {
  readonly both: number;
  readonly onlyBase: number;
  readonly onlyOptimized: number;
  readonly neither: number;
}

/**
 * Interval of the difference optimized − base between two proportions of the same rows: method 10 of R. G.
 * Newcombe, Statistics in Medicine 17:2635–2650 (1998). Combines squared Wilson intervals with the
 * continuity-corrected correlation phi.
 */
export function newcombeInterval(counts: PairCounts, confidence: number): Interval {
  const { both, onlyBase, onlyOptimized, neither } = counts;
  const pairs = both + onlyBase + onlyOptimized + neither;
  if (pairs === 0) return [-1, 1];
  const optimized = both + onlyOptimized;
  const base = both + onlyBase;
  const [lowOptimized, highOptimized] = wilsonInterval(optimized, pairs, confidence);
  const [lowBase, highBase] = wilsonInterval(base, pairs, confidence);
  const phi = correctedPhi(counts, pairs);
  const difference = (optimized - base) / pairs;
  const below = spread(optimized / pairs - lowOptimized, highBase - base / pairs, phi);
  const above = spread(highOptimized - optimized / pairs, base / pairs - lowBase, phi);
  return [difference - below, difference + above];
}

function spread(one: number, other: number, phi: number): number {
  return Math.sqrt(one * one - 2 * phi * one * other + other * other);
}

function correctedPhi({ both, onlyBase, onlyOptimized, neither }: PairCounts, pairs: number): number {
  const margins =
    (both + onlyBase) * (onlyOptimized + neither) * (both + onlyOptimized) * (onlyBase + neither);
  if (margins === 0) return 0;
  const product = both * neither - onlyBase * onlyOptimized;
  const corrected = product > 0 ? Math.max(product - pairs / 2, 0) : product;
  return corrected / Math.sqrt(margins);
}
