/** Weights of normal distributions around one mean, by their variances; the first variance is 0: no difference. */
export interface ScaleMixture {
  readonly variances: readonly number[];
  readonly weights: readonly number[];
}

/** What is known of one true value after a noisy look at it. */
export interface Posterior {
  readonly mean: number;
  readonly variance: number;
  /** Weight of each component, in the mixture's order. */
  readonly shares: readonly number[];
}

const smallest = 0.01;
const largest = 1;

/** Equal weights on standard deviations of 0, and 0.01 to 1 by steps of √2: fine enough for scores of 0 … 1. */
export function openMixture(): ScaleMixture {
  const variances = [0];
  for (let deviation = smallest; deviation < largest; deviation *= Math.SQRT2) variances.push(deviation ** 2);
  return { variances, weights: variances.map(() => 1 / variances.length) };
}

/** A deviation from the mixture's mean, measured with an error of variance `noise` > 0. */
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

/** One step of the EM algorithm for the weights; `doubters` are values added to those that do not differ. */
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
