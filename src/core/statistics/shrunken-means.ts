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
  const shares = logs.map((log) => Math.exp(log - top));
  let sum = 0;
  for (const share of shares) sum += share;
  let mean = 0;
  let second = 0;
  for (let at = 0; at < variances.length; at++) {
    const variance = variances[at] ?? 0;
    const kept = variance / (variance + noise);
    const share = (shares[at] ?? 0) / sum;
    shares[at] = share;
    mean += share * kept * deviation;
    second += share * ((kept * deviation) ** 2 + kept * noise);
  }
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
  const known = scores.map(knownOf);
  let fit = openFit(known, Math.max(0, ...scores.map(({ length }) => length)));
  if (fit.known === 0) return scores.map(() => 0);
  if (scores.length === 1) return [fit.pool];
  let means: readonly number[] = [];
  for (let round = 0; round < mostRounds; round++) {
    const before = means;
    fit = refine(known, fit);
    const level = fit.pool + average(fit.rowEffects);
    means = fit.candidates.map(({ mean }) => level + mean);
    if (before.length > 0 && means.every((mean, at) => Math.abs(mean - (before[at] ?? 0)) < settled)) break;
  }
  return means;
}

/** The scores of a candidate that there are. Most candidates of a search have run on few rows. */
interface KnownScores {
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

function knownOf(scores: RowScores): KnownScores {
  const columns: number[] = [];
  const values: number[] = [];
  for (const [column, score] of scores.entries()) {
    if (score === undefined) continue;
    columns.push(column);
    values.push(score);
  }
  return { columns: Int32Array.from(columns), values: Float64Array.from(values) };
}

interface Fit {
  /** Number of scores of all candidates. */
  readonly known: number;
  readonly pool: number;
  readonly candidates: readonly Posterior[];
  readonly mixture: ScaleMixture;
  readonly rowEffects: Float64Array;
  readonly rowVariance: number;
  readonly noise: number;
}

function openFit(scores: readonly KnownScores[], width: number): Fit {
  let known = 0;
  let sum = 0;
  let squares = 0;
  for (const { values } of scores) {
    known += values.length;
    for (const score of values) {
      sum += score;
      squares += score ** 2;
    }
  }
  const pool = sum / Math.max(1, known);
  // Starts with half of the variance on rows and half on noise.
  const half = Math.max(leastVariance, (squares / Math.max(1, known) - pool ** 2) / 2);
  return {
    known,
    pool,
    candidates: [],
    mixture: openMixture(),
    rowEffects: new Float64Array(width),
    rowVariance: half,
    noise: half,
  };
}

/** One round: candidates given rows, rows given candidates, variances given both. */
function refine(scores: readonly KnownScores[], fit: Fit): Fit {
  const { noise, mixture } = fit;
  const levels = scores.map((row) => levelOf(row, fit.rowEffects));
  const errors = scores.map(({ values }) => noise / Math.max(leastVariance, values.length));
  const candidates = levels.map((level, at) => posteriorOf(level - fit.pool, errors[at] ?? noise, mixture));
  const pool = poolOf(levels, errors, candidates, mixture);
  const rows = fitRows(scores, { ...fit, pool, candidates });
  const residual = residualOf(scores, { ...rows, pool, candidates });
  return {
    ...fit,
    pool,
    candidates,
    mixture: reweighted(mixture, candidates, Math.sqrt(scores.length) - 1),
    rowEffects: rows.rowEffects,
    rowVariance: rows.rowVariance,
    noise: Math.max(leastVariance, residual / fit.known),
  };
}

/** Mean of a candidate's scores without the effects of its rows. */
function levelOf({ columns, values }: KnownScores, rowEffects: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += (values[at] ?? 0) - (rowEffects[columns[at] ?? 0] ?? 0);
  return sum / Math.max(1, values.length);
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

function fitRows(scores: readonly KnownScores[], { pool, candidates, rowEffects, rowVariance, noise }: Fit) {
  const sums = new Float64Array(rowEffects.length);
  const filled = new Float64Array(rowEffects.length);
  for (const [candidate, { columns, values }] of scores.entries()) {
    const expected = pool + (candidates[candidate]?.mean ?? 0);
    for (let at = 0; at < values.length; at++) {
      const column = columns[at] ?? 0;
      sums[column] = (sums[column] ?? 0) + (values[at] ?? 0) - expected;
      filled[column] = (filled[column] ?? 0) + 1;
    }
  }
  const remaining = filled.map((count) => 1 / (count / noise + 1 / rowVariance));
  const effects = sums.map((sum, column) => (sum / noise) * (remaining[column] ?? 0));
  const spread = average(effects.map((effect, column) => effect ** 2 + (remaining[column] ?? 0)));
  return { rowEffects: effects, remaining, rowVariance: Math.max(leastVariance, spread) };
}

type Fitted = Pick<Fit, "pool" | "candidates" | "rowEffects"> & { readonly remaining: Float64Array };

function residualOf(
  scores: readonly KnownScores[],
  { pool, candidates, rowEffects, remaining }: Fitted,
): number {
  let residual = 0;
  for (const [candidate, { columns, values }] of scores.entries()) {
    const { mean = 0, variance = 0 } = candidates[candidate] ?? {};
    let sum = 0;
    for (let at = 0; at < values.length; at++) {
      const column = columns[at] ?? 0;
      const error = (values[at] ?? 0) - pool - mean - (rowEffects[column] ?? 0);
      sum += error ** 2 + variance + (remaining[column] ?? 0);
    }
    residual += sum;
  }
  return residual;
}

function average(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}
