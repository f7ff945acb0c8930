/**
 * Quantile of Student's t distribution with `degrees` ≥ 1 degrees of freedom, for 0 < p < 1. Bisects the
 * distribution function, the regularized incomplete beta function (Abramowitz & Stegun 26.7.1, 26.5.27),
 * computed by Lentz's continued fraction.
 */
export function studentQuantile(p: number, degrees: number): number {
  if (p === 0.5) return 0;
  if (p > 0.5) return -studentQuantile(1 - p, degrees);
  let low = -1;
  while (studentLowerTail(low, degrees) > p) low *= 2;
  let high = 0;
  for (let step = 0; step < 200 && high - low > 1e-12 * Math.abs(low); step++) {
    const middle = (low + high) / 2;
    if (studentLowerTail(middle, degrees) > p) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/** P(T ≤ t) for t ≤ 0. */
function studentLowerTail(t: number, degrees: number): number {
  return regularizedBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
}

function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x));
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

const tiny = 1e-300;

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 1_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return value;
}

function away(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/** Stirling's series (Abramowitz & Stegun 6.1.41) after shifting the argument above 10. */
function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 10; at++) shift += Math.log(at);
  const inverse = 1 / (at * at);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / at;
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

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

const center = {
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
  return (q * polynomial(center.top, q * q)) / polynomial(center.bottom, q * q);
}

/** Coefficients from the highest power down. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
