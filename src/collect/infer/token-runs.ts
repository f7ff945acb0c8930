/** A stretch of a text's tokens, from `start` to before `end`. */
export interface Window {
  readonly tokens: readonly number[];
  readonly start: number;
  readonly end: number;
}

export function lengthOf({ start, end }: Window): number {
  return end - start;
}

const modulus = 67_108_859;
const bases = [31_337_011, 51_749_023] as const;

/** A number for every run of `length` tokens, equal for equal runs, with where it begins. */
export function* runsOf(window: Window, length: number): Generator<readonly [key: number, at: number]> {
  if (lengthOf(window) < length) return;
  let [one, two] = [0, 0];
  const [topOne, topTwo] = [power(bases[0], length - 1), power(bases[1], length - 1)];
  for (let at = window.start; at < window.end; at++) {
    const begin = at - length;
    if (begin >= window.start) {
      const leaving = (window.tokens[begin] as number) + 1;
      one = (one + modulus - ((leaving * topOne) % modulus)) % modulus;
      two = (two + modulus - ((leaving * topTwo) % modulus)) % modulus;
    }
    const entering = (window.tokens[at] as number) + 1;
    one = (one * bases[0] + entering) % modulus;
    two = (two * bases[1] + entering) % modulus;
    // Below 2^52, so exact.
    if (begin + 1 >= window.start) yield [one * modulus + two, begin + 1];
  }
}

/** One number for a whole window. */
export function windowKey(window: Window): number {
  for (const [key] of runsOf(window, Math.max(1, lengthOf(window)))) return key;
  return -1;
}

/** Where each run of `length` tokens that all windows hold begins in the shortest of them. */
export function commonRuns(
  windows: readonly Window[],
  length: number,
): readonly (readonly [number, number])[] {
  const shortest = windows.reduce((least, one) => (lengthOf(one) < lengthOf(least) ? one : least));
  let common = new Map<number, number>();
  for (const [key, at] of runsOf(shortest, length)) if (!common.has(key)) common.set(key, at);
  for (const window of windows) {
    if (common.size === 0) break;
    if (window === shortest) continue;
    const kept = new Map<number, number>();
    for (const [key] of runsOf(window, length)) {
      const at = common.get(key);
      if (at !== undefined) kept.set(key, at);
    }
    common = kept;
  }
  return [...common];
}

/** Length of the longest run that all windows hold. */
export function longestCommonRun(windows: readonly Window[]): number {
  let low = 0;
  let high = Math.min(...windows.map(lengthOf));
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (commonRuns(windows, middle).length > 0) low = middle;
    else high = middle - 1;
  }
  return low;
}

function power(base: number, exponent: number): number {
  let result = 1;
  for (let step = 0; step < exponent; step++) result = (result * base) % modulus;
  return result;
}
