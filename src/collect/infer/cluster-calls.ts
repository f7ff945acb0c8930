import { tellingCharacters, wordCharacters } from "../unrender/literal-cover.ts";
import { alignTexts, type SkeletonPiece } from "./align-texts.ts";
import type { CallShape } from "./call-shape.ts";
import { runsOf, type TokenTable, type Window, windowKey } from "./token-table.ts";

/** Calls that one template may have made: for each of its messages, what they share. */
export interface CallCluster {
  readonly calls: readonly CallShape[];
  readonly messages: readonly (readonly SkeletonPiece[])[];
}

/** Calls that differ, that a template must have. */
const leastCalls = 3;
/** Of calls with next to nothing in common, and of those that share a template's words already. */
const leastShare = 0.02;
const leastAnchoredShare = 0.1;
const leastAnchoredCalls = 5;
/** Words with the blanks between them: a run that calls of another template hold by chance is shorter. */
const runLengths = [7, 5, 3];
const tellingLength = 7;
const leastAtEdge = 0.9;
/** Of the texts in a place, those that must differ: a text that comes again and again there is a value. */
const leastVariety = 0.3;
const mostCandidates = 300;

/**
 * Divides calls until all of a cluster share their skeleton, and no words that only some of them hold are
 * likely to be a template's. Calls of a cluster have the same roles, and differ from one another.
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

/** The calls (by their index) that hold a run others do not, which says that another template made them. */
function chooseRun({ calls, messages }: CallCluster, table: TokenTable): ReadonlySet<number> | undefined {
  const shared = wordCharacters(
    messages
      .flat()
      .map((piece) => (piece.kind === "literal" ? piece.tokens.map(table.textOf).join("") : ""))
      .join(""),
  );
  const isAnchored = shared >= tellingCharacters;
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
      const says = wordCharacters(
        tokens
          .slice(at, at + length)
          .map(table.textOf)
          .join(""),
      );
      // Few words prove something only where a template has its words: at the beginning or the end.
      if (!isAnchored) return says >= 4 && (length >= tellingLength || atEdge >= holders.size * leastAtEdge);
      return says >= tellingCharacters && varietyOf(windows, holders) >= leastVariety;
    });
    if (found !== undefined) return found.holders;
  }
  return undefined;
}

interface FrequentRun {
  readonly windows: readonly Window[];
  /** Indexes of the windows that hold it, and where the first of them does. */
  readonly holders: ReadonlySet<number>;
  readonly at: number;
  /** In how many of them it begins or ends the text. */
  readonly atEdge: number;
}

/** Runs that enough of the windows hold, but not all. */
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
    // The first holder leads, so that `at` is a place in its window.
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
