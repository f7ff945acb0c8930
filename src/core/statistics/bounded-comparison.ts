import { bcaInterval } from "./bca.ts";
import { type Interval, meanOf } from "./mean.ts";
import { unseenShare } from "./mean-interval.ts";
import { type ComparisonOptions, comparePaired, type PairedComparison } from "./paired-comparison.ts";

/** The score of one side on one row, 0 … 1; undefined if there is no answer. */
type KnownScore = number | undefined;

/** The scores of both sides on one row. */
export interface ScorePair {
  readonly base: KnownScore;
  readonly optimized: KnownScore;
  /**
   * A limit set by the tool cut off the base's answer. It counts as correct for the candidate's gain, and as
   * measured for the candidate's loss.
   */
  readonly isBaseLimited?: boolean;
}

/** A paired comparison in which rows without an answer neither help nor hurt the candidate. */
interface BoundedComparison extends PairedComparison {
  /** The difference if every missing answer counts against the candidate. */
  readonly leastDifference: number;
  /** Rows answered on both sides; `difference` covers only these. */
  readonly answered: number;
}

/**
 * Compares two sides row by row. A row answered on only one side is bounded: for the lower end of the interval
 * a missing candidate scores 0 and a missing base 1, for the upper end the reverse. A row without any answer is
 * a tie. Without missing answers this equals `comparePaired`.
 */
export function compareBounded(pairs: readonly ScorePair[], options: ComparisonOptions): BoundedComparison {
  const worst = compareOn(pairs.map(worstOf), options);
  const isWhole = pairs.every(
    ({ base, optimized, isBaseLimited }) =>
      base !== undefined && optimized !== undefined && isBaseLimited !== true,
  );
  if (isWhole) return { ...worst, leastDifference: worst.difference, answered: pairs.length };
  const best = compareOn(pairs.map(bestOf), options);
  const answered = pairs.flatMap((pair): [number, number][] => {
    const { base, optimized } = pair;
    return base === undefined || optimized === undefined
      ? []
      : [[pair.isBaseLimited === true ? 1 : base, optimized]];
  });
  const isOneSign = worst.difference > 0 === best.difference > 0;
  return {
    ...worst,
    difference: meanOf(answered.map(([base, optimized]) => optimized - base)),
    interval: hull(worst.interval, best.interval),
    pValue: isOneSign ? Math.max(worst.pValue, best.pValue) : 1,
    leastDifference: worst.difference,
    answered: answered.length,
  };
}

/** The ratio optimized ÷ reference with the same bounds; either side may be missing on a row. */
export function compareRatioBounded(
  pairs: readonly { readonly optimized: KnownScore; readonly reference: KnownScore }[],
  options: ComparisonOptions,
): RatioComparison & { readonly answered: number } {
  const both = pairs.flatMap(({ optimized, reference }): [number, number][] =>
    optimized === undefined || reference === undefined ? [] : [[optimized, reference]],
  );
  const on = (rows: readonly (readonly [number, number])[]) =>
    compareRatio(
      rows.map(([optimized]) => optimized),
      rows.map(([, reference]) => reference),
      options,
    );
  const seen = on(both);
  if (both.length === pairs.length) return { ...seen, answered: both.length };
  // A row without any answer carries no information about either mean.
  const known = pairs.filter(({ optimized, reference }) => (optimized ?? reference) !== undefined);
  const low = on(known.map(({ optimized = 0, reference = 1 }) => [optimized, reference]));
  const high = on(known.map(({ optimized = 1, reference = 0 }) => [optimized, reference]));
  return { ratio: seen.ratio, interval: hull(low.interval, high.interval), answered: both.length };
}

type Row = readonly [base: number, optimized: number];
const tie: Row = [0, 0];

function worstOf({ base, optimized, isBaseLimited }: ScorePair): Row {
  const known = isBaseLimited === true ? 1 : base;
  return known === undefined && optimized === undefined ? tie : [known ?? 1, optimized ?? 0];
}

function bestOf({ base, optimized }: ScorePair): Row {
  return base === undefined && optimized === undefined ? tie : [base ?? 0, optimized ?? 1];
}

function compareOn(rows: readonly Row[], options: ComparisonOptions): PairedComparison {
  return comparePaired(
    rows.map(([base]) => base),
    rows.map(([, optimized]) => optimized),
    options,
  );
}

function hull(worst: Interval, best: Interval): Interval {
  return [worst[0], Math.max(worst[0], best[1])];
}

/** Ratio of two means over the same rows. */
interface RatioComparison {
  readonly ratio: number;
  readonly interval: Interval;
}

/**
 * Mean of `scores` ÷ mean of `reference` (0 … 1, same rows), with a BCa interval that draws rows as pairs. A
 * reference that scored 0 everywhere counts as half a point on one row to keep the ratio finite; two zero means
 * have ratio 1. If all rows agree with one ratio, the interval allows for the share of rows that the sample may
 * have missed.
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
