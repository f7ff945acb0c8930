import { bcaInterval } from "./bca.ts";
import type { Interval } from "./interval.ts";
import { meanOf } from "./mean.ts";
import type { ComparisonOptions } from "./paired-comparison.ts";
import { unseenShare } from "./unseen-share.ts";

/** Ratio of two means over the same rows. */
export interface RatioComparison {
  readonly ratio: number;
  readonly interval: Interval;
}

/**
 * Mean of `scores` ÷ mean of `reference` (scores of 0 … 1 on the same rows), with a BCa interval that draws
 * rows as pairs. Where the reference scored nothing it counts as half a point on one row, so that the ratio
 * stays a finite number; both nothing is a ratio of 1. Rows that all agree with one ratio show no spread:
 * their interval leaves room for the share of rows that none of them stands for.
 */
export function compareRatio(
  scores: readonly number[],
  reference: readonly number[],
  options: ComparisonOptions,
): RatioComparison {
  const rows = scores.length;
  if (rows !== reference.length) {
    throw new RangeError(`${rows} scores do not pair with ${reference.length} of the reference`);
  }
  const least = 0.5 / Math.max(1, rows);
  const ratioOf = ([top = 0, bottom = 0]: readonly number[]): number =>
    top === 0 && bottom === 0 ? 1 : top / Math.max(bottom, least);
  const means = [meanOf(scores), meanOf(reference)] as const;
  const ratio = ratioOf(means);
  const isFixed = scores.every((score, at) => Math.abs(score - ratio * (reference[at] ?? 0)) < 1e-12);
  return {
    ratio,
    interval:
      rows < 2 || isFixed
        ? openInterval(means, least, unseenShare(rows, options.confidence))
        : bcaInterval([scores, reference], ratioOf, options),
  };
}

function openInterval([top, bottom]: readonly [number, number], least: number, unseen: number): Interval {
  const seen = 1 - unseen;
  return [
    (seen * top) / Math.max(seen * bottom + unseen, least),
    (seen * top + unseen) / Math.max(seen * bottom, least),
  ];
}
