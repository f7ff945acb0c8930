import { normalQuantile } from "./distributions.ts";
import { type Interval, meanOf, sumOf } from "./mean.ts";

/** A rank correlation with its interval; null where it is undefined. */
export interface RankCorrelation {
  /** −1 … 1; null if one of the lists holds a single value. */
  readonly value: number | null;
  readonly interval: Interval | null;
}

const none: RankCorrelation = { value: null, interval: null };
/** Fewer rows give no interval. */
const fewestRows = 4;

/**
 * Spearman's rank correlation of paired values, ties at their mean rank. The interval is Fisher's with the
 * variance of D. Bonett & T. Wright (Psychometrika 65:23–28, 2000).
 */
export function spearman(
  one: readonly number[],
  other: readonly number[],
  confidence: number,
): RankCorrelation {
  const [first, second] = [ranksOf(one), ranksOf(other)];
  const [meanFirst, meanSecond] = [meanOf(first), meanOf(second)];
  const products = sumOf(first.map((rank, at) => (rank - meanFirst) * ((second[at] ?? 0) - meanSecond)));
  const squares = (ranks: readonly number[], mean: number) => sumOf(ranks.map((rank) => (rank - mean) ** 2));
  const scale = Math.sqrt(squares(first, meanFirst) * squares(second, meanSecond));
  if (scale === 0) return none;
  const value = Math.max(-1, Math.min(1, products / scale));
  const rows = one.length;
  if (rows < fewestRows) return { value, interval: null };
  // At ±1 the transformed value is infinite; half a rank of one row keeps it finite.
  const bounded = Math.max(-1 + 1 / rows ** 2, Math.min(1 - 1 / rows ** 2, value));
  const error = Math.sqrt((1 + bounded ** 2 / 2) / (rows - 3));
  const half = normalQuantile(1 - (1 - confidence) / 2) * error;
  const middle = Math.atanh(bounded);
  return {
    value,
    interval: [Math.min(value, Math.tanh(middle - half)), Math.max(value, Math.tanh(middle + half))],
  };
}

/** Ranks from 1; equal values share the mean of their ranks. */
function ranksOf(values: readonly number[]): readonly number[] {
  const order = values.map((_, at) => at).sort((one, other) => (values[one] ?? 0) - (values[other] ?? 0));
  const ranks = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1] ?? 0] === values[order[from] ?? 0]) to++;
    for (let at = from; at <= to; at++) ranks[order[at] ?? 0] = (from + to) / 2 + 1;
    from = to + 1;
  }
  return ranks;
}

/**
 * Kendall's tau-b of a table of counts whose rows and columns are in ascending order, with the large-sample
 * standard error of M. Brown & J. Benedetti (JASA 72:309–315, 1977), which allows for ties.
 */
export function kendallTauB(table: readonly (readonly number[])[], confidence: number): RankCorrelation {
  const rows = table.map((counts) => sumOf(counts));
  const columns = (table[0] ?? []).map((_, column) => sumOf(table.map((counts) => counts[column] ?? 0)));
  const total = sumOf(rows);
  const untied = (sums: readonly number[]) => total ** 2 - sumOf(sums.map((sum) => sum ** 2));
  const [rowPairs, columnPairs] = [untied(rows), untied(columns)];
  if (rowPairs <= 0 || columnPairs <= 0) return none;
  const scale = Math.sqrt(rowPairs * columnPairs);
  const below = cumulative(table);
  const at = (row: number, column: number) => below[row]?.[column] ?? 0;
  const [last, end] = [table.length, columns.length];
  let balance = 0;
  let squares = 0;
  const cells = table.flatMap((counts, row) =>
    counts.flatMap((count, column) => {
      if (count === 0) return [];
      const lower = at(row, column);
      const higher = at(last, end) - at(row + 1, end) - at(last, column + 1) + at(row + 1, column + 1);
      const left = at(last, column) - at(row + 1, column);
      const right = at(row, end) - at(row, column + 1);
      // Rows in agreement minus rows in conflict with this one.
      const difference = lower + higher - left - right;
      balance += count * difference;
      return [{ count, row, column, difference }];
    }),
  );
  const value = balance / scale;
  for (const { count, row, column, difference } of cells) {
    const margin = (rows[row] ?? 0) * columnPairs + (columns[column] ?? 0) * rowPairs;
    squares += count * (2 * scale * difference + value * margin) ** 2;
  }
  const variance = (squares - total ** 3 * value ** 2 * (rowPairs + columnPairs) ** 2) / scale ** 4;
  if (total < fewestRows) return { value, interval: null };
  const half = normalQuantile(1 - (1 - confidence) / 2) * Math.sqrt(Math.max(0, variance));
  return { value, interval: [Math.max(-1, value - half), Math.min(1, value + half)] };
}

/** Sums of all counts above and left of each place. */
function cumulative(table: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const width = table[0]?.length ?? 0;
  const sums: number[][] = [new Array<number>(width + 1).fill(0)];
  for (const counts of table) {
    const above = sums.at(-1) ?? [];
    const line = [0];
    let running = 0;
    for (const [column, count] of counts.entries()) {
      running += count;
      line.push(running + (above[column + 1] ?? 0));
    }
    sums.push(line);
  }
  return sums;
}
