/** Tokens of texts (words, single blanks, single signs) as numbers. Equal tokens have equal numbers. */
export interface TokenTable {
  /** The middle of a long text becomes a single token that equals no other. */
  tokensOf(text: string): readonly number[];
  textOf(token: number): string;
}

const token = /[\p{L}\p{N}_]+|[^\p{L}\p{N}_]/gu;
/** In a long text, template words are near the ends; the middle is a value. */
const mostTokens = 4000;

export function createTokenTable(): TokenTable {
  const numbers = new Map<string, number>();
  const texts: string[] = [];
  const add = (text: string): number => {
    texts.push(text);
    return texts.length - 1;
  };
  const numberOf = (text: string): number => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    const number = add(text);
    numbers.set(text, number);
    return number;
  };
  return {
    tokensOf(text) {
      const parts = text.match(token) ?? [];
      if (parts.length <= mostTokens) return parts.map(numberOf);
      const half = mostTokens / 2;
      const middle = add(parts.slice(half, -half).join(""));
      return [...parts.slice(0, half).map(numberOf), middle, ...parts.slice(-half).map(numberOf)];
    },
    textOf: (number) => texts[number] ?? "",
  };
}

/** A range of a text's tokens, end exclusive. */
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

/** Yields a hash of every run of `length` tokens, with its position. Equal runs have equal hashes. */
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

/** A hash of a whole window. */
export function windowKey(window: Window): number {
  for (const [key] of runsOf(window, Math.max(1, lengthOf(window)))) return key;
  return -1;
}

/** Positions, in the shortest window, of the runs of `length` tokens that all windows contain. */
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

/** Length of the longest run that all windows contain. */
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
