/** Weights of normal distributions around one mean, by variance. The first variance is 0: no difference. */
interface ScaleMixture {
  readonly variances: readonly number[];
  readonly weights: readonly number[];
}

/** The posterior of one true value after a noisy measurement. */
interface Posterior {
  readonly mean: number;
  readonly variance: number;
  /** Weight of each component, in the mixture's order. */
  readonly shares: readonly number[];
}

const smallest = 0.01;
const largest = 1;

/** Equal weights on standard deviations of 0, and 0.01 to 1 in steps of √2: fine enough for scores of 0 … 1. */
export function openMixture(): ScaleMixture {
  const variances = [0];
  for (let deviation = smallest; deviation < largest; deviation *= Math.SQRT2) variances.push(deviation ** 2);
  return { variances, weights: variances.map(() => 1 / variances.length) };
}

/** Posterior of a deviation from the mixture's mean, measured with error variance `noise` > 0. */
export function posteriorOf(
  deviation: number,
  noise: number,
  { variances, weights }: ScaleMixture,
): Posterior {
  const logs = variances.map((variance, at) => {
    const total = noise + variance;
    return Math.log(weights[at] ?? 0) - 0.5 * (Math.log(total) + deviation ** 2 / total);
  });
  const top = Math.max(...logs);
  const likelihoods = logs.map((log) => Math.exp(log - top));
  const sum = likelihoods.reduce((total, value) => total + value, 0);
  const shares = likelihoods.map((value) => value / sum);
  let mean = 0;
  let second = 0;
  variances.forEach((variance, at) => {
    const kept = variance / (variance + noise);
    const share = shares[at] ?? 0;
    mean += share * kept * deviation;
    second += share * ((kept * deviation) ** 2 + kept * noise);
  });
  return { mean, variance: second - mean ** 2, shares };
}

/** One EM step for the weights; `doubters` is the number of pseudo-values added at no difference. */
export function reweighted(
  { variances }: ScaleMixture,
  posteriors: readonly Posterior[],
  doubters: number,
): ScaleMixture {
  const total = posteriors.length + doubters;
  const weights = variances.map((_, at) => {
    const sum = posteriors.reduce((part, { shares }) => part + (shares[at] ?? 0), 0);
    return (sum + (at === 0 ? doubters : 0)) / total;
  });
  return { variances, weights };
}

/** One score per row, in the same row order for all candidates; undefined if there is none. */
export type RowScores = readonly (number | undefined)[];

const mostRounds = 100;
const settled = 1e-7;
// Keeps the variance positive if scores fit without noise.
const leastVariance = 1e-6;

/**
 * Estimates the true mean over all rows of several candidates, scored on all or some of the same rows. It
 * removes the luck of being the best of many and keeps differences too large for luck.
 *
 * Score = pool + candidate + row + noise. Rows are normal. Candidates come from a mixture of normals around the
 * pool, one of zero width, with weights estimated from the candidates (adaptive shrinkage: M. Stephens,
 * Biostatistics 18:275–294, 2017; with a single normal this is the estimator of Efron & Morris). The prior adds
 * √candidates − 1 candidates without a difference, about the error of a share estimated from that many.
 * Variational EM estimates all parts together. Losers stopped early and rows chosen because another candidate
 * failed them do not bias the result, because the scores behind each choice are included.
 *
 * A single candidate keeps its mean. If all candidates have scores on all rows, they keep the order of their
 * means. Candidates without a score get the pool's mean. Runs in rows × candidates × at most 100 steps.
 */
export function shrunkenMeans(scores: readonly RowScores[]): readonly number[] {
  let fit = openFit(scores);
  if (fit.known === 0) return scores.map(() => 0);
  if (scores.length === 1) return [fit.pool];
  let means: readonly number[] = [];
  for (let round = 0; round < mostRounds; round++) {
    const before = means;
    fit = refine(scores, fit);
    const level = fit.pool + average(fit.rowEffects);
    means = fit.candidates.map(({ mean }) => level + mean);
    if (before.length > 0 && means.every((mean, at) => Math.abs(mean - (before[at] ?? 0)) < settled)) break;
  }
  return means;
}

interface Fit {
  /** Number of scores, in total and per candidate. */
  readonly known: number;
  readonly counts: readonly number[];
  readonly pool: number;
  readonly candidates: readonly Posterior[];
  readonly mixture: ScaleMixture;
  readonly rowEffects: Float64Array;
  readonly rowVariance: number;
  readonly noise: number;
}

function openFit(scores: readonly RowScores[]): Fit {
  const counts = scores.map((row) => row.filter((score) => score !== undefined).length);
  const known = counts.reduce((sum, count) => sum + count, 0);
  let sum = 0;
  let squares = 0;
  for (const row of scores)
    for (const score of row) {
      sum += score ?? 0;
      squares += (score ?? 0) ** 2;
    }
  const pool = sum / Math.max(1, known);
  // Starts with half of the variance on rows and half on noise.
  const half = Math.max(leastVariance, (squares / Math.max(1, known) - pool ** 2) / 2);
  const width = Math.max(0, ...scores.map((row) => row.length));
  return {
    known,
    counts,
    pool,
    candidates: [],
    mixture: openMixture(),
    rowEffects: new Float64Array(width),
    rowVariance: half,
    noise: half,
  };
}

/** One round: candidates given rows, rows given candidates, variances given both. */
function refine(scores: readonly RowScores[], fit: Fit): Fit {
  const { counts, noise, mixture } = fit;
  const levels = scores.map((row, at) => {
    const sum = sumOver(row, (score, column) => score - (fit.rowEffects[column] ?? 0));
    return sum / Math.max(1, counts[at] ?? 0);
  });
  const errors = counts.map((count) => noise / Math.max(leastVariance, count));
  const candidates = levels.map((level, at) => posteriorOf(level - fit.pool, errors[at] ?? noise, mixture));
  const pool = poolOf(levels, errors, candidates, mixture);
  const { rowEffects, remaining, rowVariance } = fitRows(scores, { ...fit, pool, candidates });
  let residual = 0;
  scores.forEach((row, at) => {
    const { mean = 0, variance = 0 } = candidates[at] ?? {};
    residual += sumOver(row, (score, column) => {
      const error = score - pool - mean - (rowEffects[column] ?? 0);
      return error ** 2 + variance + (remaining[column] ?? 0);
    });
  });
  return {
    ...fit,
    pool,
    candidates,
    mixture: reweighted(mixture, candidates, Math.sqrt(scores.length) - 1),
    rowEffects,
    rowVariance,
    noise: Math.max(leastVariance, residual / fit.known),
  };
}

/** Mean of the levels, each weighted by how closely it must lie to the pool. */
function poolOf(
  levels: readonly number[],
  errors: readonly number[],
  candidates: readonly Posterior[],
  { variances }: ScaleMixture,
): number {
  let sum = 0;
  let weights = 0;
  candidates.forEach(({ shares }, at) => {
    const weight = shares.reduce(
      (total, share, component) => total + share / ((errors[at] ?? 0) + (variances[component] ?? 0)),
      0,
    );
    sum += weight * (levels[at] ?? 0);
    weights += weight;
  });
  return sum / weights;
}

function fitRows(scores: readonly RowScores[], { pool, candidates, rowEffects, rowVariance, noise }: Fit) {
  const sums = new Float64Array(rowEffects.length);
  const filled = new Float64Array(rowEffects.length);
  scores.forEach((row, at) => {
    const expected = pool + (candidates[at]?.mean ?? 0);
    row.forEach((score, column) => {
      if (score === undefined) return;
      sums[column] = (sums[column] ?? 0) + score - expected;
      filled[column] = (filled[column] ?? 0) + 1;
    });
  });
  const remaining = filled.map((count) => 1 / (count / noise + 1 / rowVariance));
  const effects = sums.map((sum, column) => (sum / noise) * (remaining[column] ?? 0));
  const spread = average(effects.map((effect, column) => effect ** 2 + (remaining[column] ?? 0)));
  return { rowEffects: effects, remaining, rowVariance: Math.max(leastVariance, spread) };
}

function sumOver(row: RowScores, read: (score: number, column: number) => number): number {
  let sum = 0;
  row.forEach((score, column) => {
    if (score !== undefined) sum += read(score, column);
  });
  return sum;
}

function average(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}
