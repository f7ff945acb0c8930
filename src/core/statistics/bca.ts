import { createRandom } from "../random.ts";
import { normalCdf, normalQuantile, studentQuantile } from "./distributions.ts";
import { type Interval, sumOf } from "./mean.ts";

export interface BootstrapOptions {
  readonly confidence: number;
  readonly seed: number;
  /** Default 10,000; fewer, but at least 1,000, if rows × resamples would exceed 100 million. */
  readonly resamples?: number;
  /**
   * Widen for small samples (default true): resamples spread too little by √((n−1)/n), and Student's quantile
   * replaces the normal one. T. Hesterberg, The American Statistician 69:371–386 (2015).
   */
  readonly isExpanded?: boolean;
}

const usualResamples = 10_000;
const fewestResamples = 1_000;
const mostDraws = 100_000_000;
/** Above this, Student's quantile equals the normal one to four digits. */
const manyRows = 10_000;

/**
 * BCa bootstrap interval (B. Efron, JASA 82:171–185, 1987) of a statistic that is a smooth function of column
 * means. Whole rows are drawn, so columns stay paired. The acceleration is the jackknife estimate. `columns`
 * have equal lengths of at least two. A constant statistic gives an empty interval.
 */
export function bcaInterval(
  columns: readonly (readonly number[])[],
  statistic: (means: readonly number[]) => number,
  options: BootstrapOptions,
): Interval {
  const rows = columns[0]?.length ?? 0;
  const sums = columns.map(sumOf);
  const seen = statistic(sums.map((sum) => sum / rows));
  const replicates = resample(columns, statistic, rows, options);
  const bias = normalQuantile(shareBelow(replicates, seen));
  const acceleration = jackknifeAcceleration(columns, statistic, sums, rows);
  const end = (z: number): number => {
    const shifted = bias + z;
    const stretch = Math.max(1e-12, 1 - acceleration * shifted);
    return quantileOf(replicates, normalCdf(bias + shifted / stretch));
  };
  const z = tailQuantile(rows, options);
  return [end(z), end(-z)];
}

/** Sorted. */
function resample(
  columns: readonly (readonly number[])[],
  statistic: (means: readonly number[]) => number,
  rows: number,
  options: BootstrapOptions,
): Float64Array {
  const affordable = Math.max(fewestResamples, Math.floor(mostDraws / rows));
  const count = options.resamples ?? Math.min(usualResamples, affordable);
  const random = createRandom(`bootstrap:${options.seed}`);
  const data = columns.map((column) => Float64Array.from(column));
  const drawn = new Int32Array(rows);
  const replicates = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    for (let draw = 0; draw < rows; draw++) drawn[draw] = random.integer(rows);
    replicates[at] = statistic(data.map((column) => sumAt(column, drawn) / rows));
  }
  return replicates.sort();
}

function sumAt(column: Float64Array, places: Int32Array): number {
  let sum = 0;
  for (const place of places) sum += column[place] as number;
  return sum;
}

/** The lower quantile (negative) of the interval if the replicates were normal. */
function tailQuantile(rows: number, { confidence, isExpanded = true }: BootstrapOptions): number {
  const tail = (1 - confidence) / 2;
  if (!isExpanded || rows > manyRows) return normalQuantile(tail);
  return Math.sqrt(rows / (rows - 1)) * studentQuantile(tail, rows - 1);
}

/** Ties count half. Never 0 or 1, because a finite number of resamples cannot show either. */
function shareBelow(replicates: Float64Array, seen: number): number {
  const slack = 1e-12 * Math.max(1, Math.abs(seen));
  let below = 0;
  for (const replicate of replicates) {
    if (replicate < seen - slack) below += 1;
    else if (replicate <= seen + slack) below += 0.5;
  }
  const least = 1 / (replicates.length + 1);
  return Math.min(1 - least, Math.max(least, below / replicates.length));
}

function jackknifeAcceleration(
  columns: readonly (readonly number[])[],
  statistic: (means: readonly number[]) => number,
  sums: readonly number[],
  rows: number,
): number {
  const without = Array.from({ length: rows }, (_, row) =>
    statistic(sums.map((sum, column) => (sum - (columns[column]?.[row] ?? 0)) / (rows - 1))),
  );
  const mean = sumOf(without) / rows;
  const squares = sumOf(without.map((value) => (mean - value) ** 2));
  return squares === 0 ? 0 : sumOf(without.map((value) => (mean - value) ** 3)) / (6 * squares ** 1.5);
}

/** Interpolates between the order statistics around (B + 1) · p. */
function quantileOf(sorted: Float64Array, p: number): number {
  const place = Math.min(sorted.length, Math.max(1, (sorted.length + 1) * p));
  const under = Math.floor(place);
  const low = sorted[under - 1] as number;
  const high = sorted[Math.min(sorted.length, under + 1) - 1] as number;
  return low + (place - under) * (high - low);
}
