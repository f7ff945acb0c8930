import type { Interval } from "./interval.ts";
import { normalQuantile } from "./normal.ts";

/**
 * Score interval of one proportion (E. B. Wilson, JASA 22, 1927; method 3 of R. G. Newcombe, Statistics in
 * Medicine 17:857–872, 1998), without continuity correction. [0, 1] when nothing was tried.
 */
export function wilsonInterval(successes: number, trials: number, confidence: number): Interval {
  if (trials === 0) return [0, 1];
  const z = normalQuantile(1 - (1 - confidence) / 2);
  const middle = 2 * successes + z * z;
  const half = z * Math.sqrt(z * z + (4 * successes * (trials - successes)) / trials);
  const scale = 2 * (trials + z * z);
  return [successes === 0 ? 0 : (middle - half) / scale, successes === trials ? 1 : (middle + half) / scale];
}
