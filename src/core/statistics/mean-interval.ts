import { type BootstrapOptions, bcaInterval } from "./bca.ts";
import type { Interval } from "./interval.ts";
import { sumOf } from "./mean.ts";
import { unseenShare } from "./unseen-share.ts";
import { wilsonInterval } from "./wilson.ts";

/**
 * Interval of a mean score (0 … 1): Wilson's when all scores are 0 or 1, else BCa. Graded scores that are all
 * equal leave room for the share of rows that none of them stands for. No scores: 0 to 1.
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
