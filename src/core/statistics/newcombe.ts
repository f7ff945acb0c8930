import type { Interval } from "./interval.ts";
import { wilsonInterval } from "./wilson.ts";

/** Pairs of a base and an optimized answer by which of them are right. */
export interface PairCounts {
  readonly both: number;
  readonly onlyBase: number;
  readonly onlyOptimized: number;
  readonly neither: number;
}

/**
 * Interval of the difference optimized − base between two proportions of the same rows: R. G. Newcombe,
 * Statistics in Medicine 17:2635–2650 (1998), method 10: Wilson's intervals squared and added, with the
 * correlation phi corrected for continuity.
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
