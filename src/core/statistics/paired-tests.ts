import { createRandom } from "../random.ts";
import { sumOf } from "./mean.ts";

const mostExact = 20;
const draws = 10_000;

/**
 * Two-sided p-value that pair differences are as likely as their negatives (R. A. Fisher, The Design of
 * Experiments, 1935, §21): the share of sign patterns whose sum is at least as far from 0 as the observed one.
 * Counts all patterns for up to 20 nonzero differences; above that, draws 10,000 and includes the observed
 * pattern (B. Phipson & G. Smyth, 2010), so the value is never 0.
 */
export function signFlipPValue(differences: readonly number[], seed: number): number {
  const moved = differences.filter((difference) => difference !== 0);
  const seen = Math.abs(sumOf(moved));
  // Sums of the same numbers in another order differ in their last bits.
  const bar = seen - 1e-9 * sumOf(moved.map(Math.abs));
  return moved.length <= mostExact ? exactShare(moved, bar) : drawnShare(moved, bar, seed);
}

function exactShare(moved: readonly number[], bar: number): number {
  const patterns = 2 ** moved.length;
  let extreme = 0;
  let sum = sumOf(moved);
  const signs = moved.map(() => 1);
  for (let pattern = 1; ; pattern++) {
    if (Math.abs(sum) >= bar) extreme++;
    if (pattern === patterns) return extreme / patterns;
    // Gray code: the next pattern differs in the sign of one difference.
    const at = 31 - Math.clz32(pattern & -pattern);
    signs[at] = -(signs[at] ?? 1);
    sum += 2 * (signs[at] ?? 1) * (moved[at] ?? 0);
  }
}

function drawnShare(moved: readonly number[], bar: number, seed: number): number {
  const random = createRandom(`sign-flip:${seed}`);
  const sizes = Float64Array.from(moved);
  let extreme = 1;
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0;
    for (let start = 0; start < sizes.length; start += 32) {
      const bits = random.integer(2 ** 32);
      const end = Math.min(sizes.length, start + 32);
      for (let at = start; at < end; at++) {
        const size = sizes[at] as number;
        sum += (bits >>> (at - start)) & 1 ? size : -size;
      }
    }
    if (Math.abs(sum) >= bar) extreme++;
  }
  return extreme / (draws + 1);
}

/**
 * Exact two-sided p-value of McNemar's test: the binomial test that a differing pair is equally likely to
 * differ either way (F. Mosteller, Biometrics 8, 1952). `gained` and `lost` count such pairs.
 */
export function mcnemarPValue(gained: number, lost: number): number {
  const pairs = gained + lost;
  const fewer = Math.min(gained, lost);
  let logTerm = -pairs * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= fewer; k++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((pairs - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}
