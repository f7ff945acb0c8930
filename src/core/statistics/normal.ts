/**
 * Standard normal distribution function, by the series and the continued fraction of Abramowitz & Stegun
 * (1964), 26.2.10 and 26.2.14; exact to about 1e-15.
 */
export function normalCdf(z: number): number {
  if (z === 0) return 0.5;
  const upper = Math.abs(z) < 3 ? 0.5 - centralArea(Math.abs(z)) : tailArea(Math.abs(z));
  return z < 0 ? upper : 1 - upper;
}

/**
 * Standard normal quantile, for 0 < p < 1: the rational approximation of P. J. Acklam (2003, relative error
 * 1.15e-9) with one step of Halley's method, exact to about 1e-15; ±Infinity at 1 and 0.
 */
export function normalQuantile(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  if (p >= 1) return Number.POSITIVE_INFINITY;
  if (p > 0.5) return -normalQuantile(1 - p);
  const first = acklam(p);
  const error = (normalCdf(first) - p) / density(first);
  return first - error / (1 + (first * error) / 2);
}

function density(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

function centralArea(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 1; Math.abs(term) > 1e-17 * sum; k++) {
    term *= (z * z) / (2 * k + 1);
    sum += term;
  }
  return density(z) * sum;
}

function tailArea(z: number): number {
  let fraction = z;
  for (let k = 80; k >= 1; k--) fraction = z + k / fraction;
  return density(z) / fraction;
}

const centre = {
  top: [
    -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
    2.506628277459239,
  ],
  bottom: [
    -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1,
    -1.328068155288572e1, 1,
  ],
};
const tail = {
  top: [
    -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ],
  bottom: [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1],
};
const tailBelow = 0.02425;

/** For p ≤ 0.5. */
function acklam(p: number): number {
  if (p < tailBelow) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(tail.top, q) / polynomial(tail.bottom, q);
  }
  const q = p - 0.5;
  return (q * polynomial(centre.top, q * q)) / polynomial(centre.bottom, q * q);
}

/** Coefficients from the highest power down. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
