import type { Interval } from "./interval.ts";
import { mcnemarPValue } from "./mcnemar.ts";
import { meanOf } from "./mean.ts";
import { meanDifferenceInterval, pairedDifferences } from "./mean-difference-interval.ts";
import { newcombeInterval, type PairCounts } from "./newcombe.ts";
import { signFlipPValue } from "./sign-flip.ts";

/** What rows scored on both sides say of optimized − base. */
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
  /** Of the bootstrap; 10,000 when absent. */
  readonly resamples?: number;
}

/**
 * Compares scores (0 … 1) of the same rows in the same order: exact McNemar and Newcombe's interval when all
 * are 0 or 1, else sign-flip test and BCa interval. No rows: difference 0, interval −1 to 1.
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
  // A bootstrap of a few rows that differ cannot show the sign they happened not to have; the test counts it.
  const isOpen = pValue > 1 - options.confidence;
  return {
    difference: meanOf(differences),
    interval: isOpen ? [Math.min(low, 0), Math.max(high, 0)] : [low, high],
    pValue,
    method: "signflip-bca",
  };
}
