import { type BootstrapOptions, bcaInterval } from "./bca.ts";
import type { Interval } from "./interval.ts";
import { meanOf, sumOf } from "./mean.ts";
import { unseenShare } from "./unseen-share.ts";

/**
 * Interval of the mean of differences between scores (each −1 … 1), by the BCa bootstrap, honest about rows
 * that rarely differ. Where only a few of them do, resampling cannot show the sizes and signs that happened
 * not to occur and covers too little (85 % for 95 % at 30 rows of which 4 differ). So one row each way is
 * added, as far from the mean as rows that differ are: for binary scores that is the adjustment of D. Bonett
 * & R. Price (Statistical Methods in Medical Research 21:479–488, 2012); where all rows differ it changes
 * nothing. When all differences are equal there is no size to go by: rows unlike all those seen may be a
 * share of up to about 3.7 ÷ n, and may differ by anything from −1 to 1.
 */
export function meanDifferenceInterval(differences: readonly number[], options: BootstrapOptions): Interval {
  const first = differences[0] ?? 0;
  if (differences.every((difference) => difference === first)) {
    const unseen = unseenShare(differences.length, options.confidence);
    return [first - unseen * (first + 1), first + unseen * (1 - first)];
  }
  const mean = meanOf(differences);
  const size = usualSize(differences, mean);
  const [low, high] = bcaInterval(
    [[...differences, mean - size, mean + size]],
    ([value = 0]) => value,
    options,
  );
  return [Math.max(-1, low), Math.min(1, high)];
}

function usualSize(differences: readonly number[], mean: number): number {
  const moved = differences.filter((difference) => difference !== 0).length;
  return Math.sqrt(sumOf(differences.map((difference) => (difference - mean) ** 2)) / moved);
}

/** Optimized − base, row by row. */
export function pairedDifferences(base: readonly number[], optimized: readonly number[]): readonly number[] {
  return optimized.map((score, at) => score - (base[at] ?? 0));
}
