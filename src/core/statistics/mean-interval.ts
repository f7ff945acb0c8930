import { type BootstrapOptions, bcaInterval } from "./bca.ts";
import { normalQuantile } from "./distributions.ts";
import { type Interval, meanOf, sumOf } from "./mean.ts";

/**
 * Interval of a mean score (0 … 1): Wilson's if all scores are 0 or 1, else BCa. If graded scores are all
 * equal, the interval allows for rows that the sample may have missed. No scores: 0 to 1.
 */
export function meanInterval(scores: readonly number[], options: BootstrapOptions): Interval {
  if (scores.every((score) => score === 0 || score === 1)) {
    return wilsonInterval(sumOf(scores), scores.length, options.confidence);
  }
  const first = scores[0] ?? 0;
  if (scores.every((score) => score === first)) {
    const unseen = unseenShare(scores.length, options.confidence);
    return [first - unseen * first, first + unseen * (1 - first)];
  }
  const [low, high] = bcaInterval([scores], ([mean = 0]) => mean, options);
  return [Math.max(0, low), Math.min(1, high)];
}

/**
 * BCa bootstrap interval of the mean of score differences (each −1 … 1), corrected for rows that rarely differ.
 * With few differing rows, resampling misses sizes and signs that did not occur and covers too little (85 %
 * instead of 95 % at 30 rows of which 4 differ). So one row is added in each direction, as far from the mean as
 * differing rows are. For binary scores this is the adjustment of D. Bonett & R. Price (Statistical Methods in
 * Medical Research 21:479–488, 2012); if all rows differ it has no effect. If all differences are equal, up to
 * about 3.7 ÷ n of the rows may differ by anything from −1 to 1.
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

/**
 * Score interval of one proportion (E. B. Wilson, JASA 22, 1927; method 3 of R. G. Newcombe, Statistics in
 * Medicine 17:857–872, 1998), without continuity correction. [0, 1] for no trials.
 */
export function wilsonInterval(successes: number, trials: number, confidence: number): Interval {
  if (trials === 0) return [0, 1];
  const z = normalQuantile(1 - (1 - confidence) / 2);
  const middle = 2 * successes + z * z;
  const half = z * Math.sqrt(z * z + (4 * successes * (trials - successes)) / trials);
  const scale = 2 * (trials + z * z);
  return [successes === 0 ? 0 : (middle - half) / scale, successes === trials ? 1 : (middle + half) / scale];
}

/**
 * The largest share of all rows that may behave unlike every one of `rows`: the upper end of the exact binomial
 * interval for 0 of `rows` (C. Clopper & E. Pearson, Biometrika 26, 1934). About 3.7 ÷ rows at 95 %.
 */
export function unseenShare(rows: number, confidence: number): number {
  return rows === 0 ? 1 : 1 - ((1 - confidence) / 2) ** (1 / rows);
}
