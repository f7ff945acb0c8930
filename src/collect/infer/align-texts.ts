import { countLetters } from "../unrender/literal-cover.ts";
import {
  commonRuns,
  lengthOf,
  longestCommonRun,
  runsOf,
  type TokenTable,
  type Window,
} from "./token-table.ts";

/** Tokens that all texts share, or the differing windows in their place. */
export type SkeletonPiece =
  | { readonly kind: "literal"; readonly tokens: readonly number[] }
  | { readonly kind: "slot"; readonly windows: readonly Window[] };

/** A word that all texts contain by chance usually occurs twice in some of them. */
const leastShareOnce = 0.95;
const manyTexts = 20;

/** Aligns texts: their common start and end, and between them the runs that occur once in all texts. */
export function alignTexts(windows: readonly Window[], table: TokenTable): readonly SkeletonPiece[] {
  const before = commonStart(windows);
  const after = commonEnd(windows.map((window) => ({ ...window, start: window.start + before })));
  const [first] = windows as readonly [Window];
  const prefix = first.tokens.slice(first.start, first.start + before);
  const suffix = first.tokens.slice(first.end - after, first.end);
  const middle = windows.map(({ tokens, start, end }) => ({
    tokens,
    start: start + before,
    end: end - after,
  }));
  if (middle.every((window) => lengthOf(window) === 0)) return literal([...prefix, ...suffix]);
  return [...literal(prefix), ...alignMiddle(middle, table), ...literal(suffix)];
}

function alignMiddle(windows: readonly Window[], table: TokenTable): readonly SkeletonPiece[] {
  const anchor = anchorOf(windows, table);
  if (anchor === undefined) return [{ kind: "slot", windows }];
  const places = windows.map((window) => placeOf(anchor, window));
  const left = windows.map((window, at) => ({ ...window, end: places[at] as number }));
  const right = windows.map((window, at) => ({ ...window, start: (places[at] as number) + anchor.length }));
  return [...alignTexts(left, table), ...literal(anchor), ...alignTexts(right, table)];
}

/** The longest significant run of tokens that occurs in all texts, and more than once in hardly any. */
function anchorOf(windows: readonly Window[], table: TokenTable): readonly number[] | undefined {
  if (windows.length < 2) return undefined;
  const shortest = windows.reduce((least, one) => (lengthOf(one) < lengthOf(least) ? one : least));
  for (const length of lengthsFrom(longestCommonRun(windows))) {
    const common = commonRuns(windows, length);
    const once = countOnce(common, windows, length);
    const significant = common
      .filter(([key]) => (once.get(key) ?? 0) >= windows.length * leastShareOnce)
      .map(([, at]) => shortest.tokens.slice(at, at + length))
      .map((tokens) => ({ tokens, letters: countLetters(tokens.map(table.textOf).join("")) }))
      .filter((run) => isSignificant(run, windows.length))
      .toSorted((one, other) => other.letters - one.letters);
    if (significant[0] !== undefined) return significant[0].tokens;
  }
  return undefined;
}

/** Lengths to try, longest first. Long ones are sampled, because each requires a pass over all texts. */
function lengthsFrom(longest: number): readonly number[] {
  const lengths: number[] = [];
  for (let length = longest; length > 0; length = length > 12 ? Math.floor(length * 0.7) : length - 1) {
    lengths.push(length);
  }
  return lengths;
}

/** For each run, the number of texts that contain it exactly once. */
function countOnce(
  common: readonly (readonly [number, number])[],
  windows: readonly Window[],
  length: number,
): ReadonlyMap<number, number> {
  const once = new Map(common.map(([key]) => [key, 0]));
  for (const window of windows) {
    const here = new Map<number, number>();
    for (const [key] of runsOf(window, length)) {
      if (once.has(key)) here.set(key, (here.get(key) ?? 0) + 1);
    }
    for (const [key, count] of here) if (count === 1) once.set(key, (once.get(key) ?? 0) + 1);
  }
  return once;
}

/** Words, or a repeated sign (`---`, `"""`). With few texts, more letters are required. */
function isSignificant(
  { tokens, letters }: { readonly tokens: readonly number[]; readonly letters: number },
  texts: number,
): boolean {
  const isRule = letters === 0 && tokens.length >= 3 && new Set(tokens).size < tokens.length;
  return isRule || letters >= (texts >= manyTexts ? 2 : 8);
}

function placeOf(run: readonly number[], { tokens, start, end }: Window): number {
  for (let at = start; at + run.length <= end; at++) {
    if (run.every((token, step) => tokens[at + step] === token)) return at;
  }
  return end;
}

function commonStart(windows: readonly Window[]): number {
  const [first] = windows as readonly [Window];
  const most = Math.min(...windows.map(lengthOf));
  let length = 0;
  const isShared = () =>
    windows.every(({ tokens, start }) => tokens[start + length] === first.tokens[first.start + length]);
  while (length < most && isShared()) length++;
  return length;
}

function commonEnd(windows: readonly Window[]): number {
  const [first] = windows as readonly [Window];
  const most = Math.min(...windows.map(lengthOf));
  let length = 0;
  const isShared = () =>
    windows.every(({ tokens, end }) => tokens[end - 1 - length] === first.tokens[first.end - 1 - length]);
  while (length < most && isShared()) length++;
  return length;
}

function literal(tokens: readonly number[]): readonly SkeletonPiece[] {
  return tokens.length === 0 ? [] : [{ kind: "literal", tokens }];
}
