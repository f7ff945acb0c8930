import { wordCharacters } from "../unrender/literal-cover.ts";
import {
  commonRuns,
  lengthOf,
  longestCommonRun,
  runsOf,
  type TokenTable,
  type Window,
} from "./token-table.ts";

/** What all texts share, or what stands in its place in each of them. */
export type SkeletonPiece =
  | { readonly kind: "literal"; readonly tokens: readonly number[] }
  | { readonly kind: "slot"; readonly windows: readonly Window[] };

/** A word that all texts hold by chance is held by some of them twice. */
const leastShareOnce = 0.95;
const manyTexts = 20;

/** Aligns texts: their common beginning and end, and between, what all of them hold once. */
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

/** The longest run of tokens that all texts hold, that says something, and that is in hardly any text twice. */
function anchorOf(windows: readonly Window[], table: TokenTable): readonly number[] | undefined {
  if (windows.length < 2) return undefined;
  const shortest = windows.reduce((least, one) => (lengthOf(one) < lengthOf(least) ? one : least));
  for (const length of lengthsFrom(longestCommonRun(windows))) {
    const common = commonRuns(windows, length);
    const once = countOnce(common, windows, length);
    const telling = common
      .filter(([key]) => (once.get(key) ?? 0) >= windows.length * leastShareOnce)
      .map(([, at]) => shortest.tokens.slice(at, at + length))
      .map((tokens) => ({ tokens, says: wordCharacters(tokens.map(table.textOf).join("")) }))
      .filter((run) => isTelling(run, windows.length))
      .toSorted((one, other) => other.says - one.says);
    if (telling[0] !== undefined) return telling[0].tokens;
  }
  return undefined;
}

/** From the longest down; of long ones only some, for each costs a look at all texts. */
function lengthsFrom(longest: number): readonly number[] {
  const lengths: number[] = [];
  for (let length = longest; length > 0; length = length > 12 ? Math.floor(length * 0.7) : length - 1) {
    lengths.push(length);
  }
  return lengths;
}

/** Of how many texts each run is a part exactly once. */
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

/** Words, or the same sign several times (`---`, `"""`); of few texts they must say more. */
function isTelling(
  { tokens, says }: { readonly tokens: readonly number[]; readonly says: number },
  texts: number,
): boolean {
  const isRule = says === 0 && tokens.length >= 3 && new Set(tokens).size < tokens.length;
  return isRule || says >= (texts >= manyTexts ? 2 : 8);
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
