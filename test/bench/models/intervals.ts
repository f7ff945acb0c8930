import { createRandom } from "../../../src/core/random.ts";
import { type Interval, meanOf } from "../../../src/core/statistics/mean.ts";
import {
  meanDifferenceInterval,
  meanInterval,
  pairedDifferences,
} from "../../../src/core/statistics/mean-interval.ts";

const confidence = 0.95;
const resamples = 4_000;

/** A base and an optimized prompt on the same rows, with 95 % intervals. */
export interface PairedScores {
  readonly rows: number;
  readonly base: number;
  readonly base_interval: Interval;
  readonly best: number;
  readonly best_interval: Interval;
  readonly gain: number;
  /** Paired by row. */
  readonly gain_interval: Interval;
}

/** Wilson's intervals for scores of 0 and 1, else the bootstrap's; the gain's is a paired bootstrap. */
export function pairedScores(base: readonly number[], best: readonly number[]): PairedScores {
  const differences = pairedDifferences(base, best);
  const options = { confidence, seed: 1 };
  return {
    rows: base.length,
    base: meanOf(base),
    base_interval: meanInterval(base, options),
    best: meanOf(best),
    best_interval: meanInterval(best, options),
    gain: meanOf(differences),
    gain_interval: meanDifferenceInterval(differences, options),
  };
}

/**
 * 95 % interval of the mean over searches measured on the same rows: searches and rows are both resampled (A.
 * Owen, The pigeonhole bootstrap, Annals of Applied Statistics 1:386–411, 2007). `scores[search][row]`. A single
 * search: the interval covers its rows only.
 */
export function crossedInterval(scores: readonly (readonly number[])[]): Interval {
  const [searches, rows] = [scores.length, scores[0]?.length ?? 0];
  if (searches === 0 || rows === 0) return [Number.NaN, Number.NaN];
  const random = createRandom("pigeonhole");
  const means = Float64Array.from({ length: resamples }, () => {
    const drawn = Array.from({ length: rows }, () => random.integer(rows));
    let sum = 0;
    for (let at = 0; at < searches; at++) {
      const one = scores[random.integer(searches)] as readonly number[];
      for (const row of drawn) sum += one[row] as number;
    }
    return sum / (searches * rows);
  }).sort();
  const quantile = (p: number) => means[Math.round(p * (resamples - 1))] as number;
  return [quantile((1 - confidence) / 2), quantile((1 + confidence) / 2)];
}
