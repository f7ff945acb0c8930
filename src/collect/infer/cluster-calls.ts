import { countLetters, significantLetters } from "../unrender/literal-cover.ts";
import { alignTexts, type SkeletonPiece } from "./align-texts.ts";
import type { CallShape } from "./call-shape.ts";
import { runsOf, type TokenTable, type Window, windowKey } from "./token-table.ts";

/** Calls that may share a template, and the common skeleton of each message. */
export interface CallCluster {
  readonly calls: readonly CallShape[];
  readonly messages: readonly (readonly SkeletonPiece[])[];
}

/** Minimum number of different calls per template. */
const leastCalls = 3;
/**
 * Minimum share of calls for splitting off: if calls have almost nothing in common, and if they already share
 * template words.
 */
const leastShare = 0.02;
const leastAnchoredShare = 0.1;
const leastAnchoredCalls = 5;
/** Run lengths in tokens, including blanks. Runs that other calls contain by chance are shorter. */
const runLengths = [7, 5, 3];
const significantLength = 7;
const leastAtEdge = 0.9;
/** Minimum share of different texts in a slot. A text that repeats there is a value, not a template. */
const leastVariety = 0.3;
const mostCandidates = 300;

/**
 * Splits calls until all calls of a cluster share a skeleton and no run that only some of them contain is
 * likely to be template text. Calls of a cluster have the same roles and differ from each other.
 */
export function clusterCalls(calls: readonly CallShape[], table: TokenTable): readonly CallCluster[] {
  const found: CallCluster[] = [];
  const open: (readonly CallShape[])[] = [calls];
  for (let group = open.pop(); group !== undefined; group = open.pop()) {
    if (group.length < leastCalls) continue;
    const messages = (group[0] as CallShape).texts.map((_, index) =>
      alignTexts(
        (group as readonly CallShape[]).map(({ texts }) => wholeWindow(texts[index] ?? [])),
        table,
      ),
    );
    const chosen = chooseRun({ calls: group, messages }, table);
    if (chosen === undefined) {
      found.push({ calls: group, messages });
      continue;
    }
    open.push(
      group.filter((_, at) => chosen.has(at)),
      group.filter((_, at) => !chosen.has(at)),
    );
  }
  return found;
}

/** Indexes of the calls that contain a run which others do not, indicating a different template. */
function chooseRun({ calls, messages }: CallCluster, table: TokenTable): ReadonlySet<number> | undefined {
  const shared = countLetters(
    messages
      .flat()
      .map((piece) => (piece.kind === "literal" ? piece.tokens.map(table.textOf).join("") : ""))
      .join(""),
  );
  const isAnchored = shared >= significantLetters;
  const support = isAnchored
    ? Math.max(leastAnchoredCalls, Math.ceil(calls.length * leastAnchoredShare))
    : Math.max(leastCalls, Math.ceil(calls.length * leastShare));
  const slots = messages.flat().filter((piece) => piece.kind === "slot");
  for (const length of isAnchored ? runLengths.slice(0, 1) : runLengths) {
    const candidates = slots
      .flatMap(({ windows }) => frequentRuns(windows, length, support))
      .toSorted((one, other) => other.holders.size - one.holders.size)
      .slice(0, mostCandidates);
    const found = candidates.find(({ windows, holders, at, atEdge }) => {
      const [holder] = holders as Iterable<number>;
      const { tokens = [] } = windows[holder ?? 0] ?? {};
      const letters = countLetters(
        tokens
          .slice(at, at + length)
          .map(table.textOf)
          .join(""),
      );
      // A few words are significant only at the start or end, where templates have their words.
      if (!isAnchored)
        return letters >= 4 && (length >= significantLength || atEdge >= holders.size * leastAtEdge);
      return letters >= significantLetters && varietyOf(windows, holders) >= leastVariety;
    });
    if (found !== undefined) return found.holders;
  }
  return undefined;
}

interface FrequentRun {
  readonly windows: readonly Window[];
  /** Indexes of the windows that contain the run. `at` is its position in the first of them. */
  readonly holders: ReadonlySet<number>;
  readonly at: number;
  /** Number of windows that start or end with the run. */
  readonly atEdge: number;
}

/** Runs that many of the windows contain, but not all. */
function frequentRuns(windows: readonly Window[], length: number, support: number): readonly FrequentRun[] {
  const counts = new Map<number, { count: number; edges: number; last: number; first: number; at: number }>();
  windows.forEach((window, index) => {
    for (const [key, at] of runsOf(window, length)) {
      const seen = counts.get(key);
      const edges = at === window.start || at + length === window.end ? 1 : 0;
      if (seen === undefined) counts.set(key, { count: 1, edges, last: index, first: index, at });
      else if (seen.last !== index) {
        seen.count++;
        seen.edges += edges;
        seen.last = index;
      }
    }
  });
  const frequent = [...counts]
    .filter(([, { count }]) => count >= support && count < windows.length)
    .toSorted(([, one], [, other]) => other.count - one.count)
    .slice(0, mostCandidates);
  const holders = new Map(frequent.map(([key]) => [key, new Set<number>()]));
  windows.forEach((window, index) => {
    for (const [key] of runsOf(window, length)) holders.get(key)?.add(index);
  });
  return frequent.map(([key, { at, first, edges }]) => ({
    windows,
    atEdge: edges,
    // The first holder comes first, because `at` is a position in its window.
    holders: new Set([first, ...(holders.get(key) ?? [])]),
    at,
  }));
}

function varietyOf(windows: readonly Window[], holders: ReadonlySet<number>): number {
  const keys = new Set([...holders].map((at) => windowKey(windows[at] as Window)));
  return keys.size / holders.size;
}

function wholeWindow(tokens: readonly number[]): Window {
  return { tokens, start: 0, end: tokens.length };
}
