import type { CandidateRecord } from "../../contracts/run-record.ts";

/** A candidate in the tree, in the order of the page. */
export interface TreeLine {
  readonly candidate: CandidateRecord;
  /** The branch signs before its name: `│ ├ `. */
  readonly branch: string;
  /** Drawn less deep than it is: the branch does not lead to its parent. */
  readonly isCapped: boolean;
  /** The candidate it is compared with: its parent, or the one its parents come from. */
  readonly parent: CandidateRecord | undefined;
}

/** Deeper branches are drawn at this depth. */
const deepest = 6;

/**
 * The candidates as a tree, depth first, children in the order of their making. A candidate with several parents
 * hangs below what all of them come from if that is one, else below the first.
 */
export function lineage(candidates: readonly CandidateRecord[]): readonly TreeLine[] {
  const byId = new Map(candidates.flatMap((one) => (one.id === null ? [] : [[one.id, one] as const])));
  const parentOf = (candidate: CandidateRecord): CandidateRecord | undefined => {
    const parents = candidate.parents.flatMap((id) => byId.get(id) ?? []);
    const [first] = parents;
    if (parents.length < 2) return first;
    const above = new Set(parents.map((parent) => parent.parents[0]));
    const [common] = above;
    return above.size === 1 && common !== undefined ? (byId.get(common) ?? first) : first;
  };
  const children = new Map<CandidateRecord | undefined, CandidateRecord[]>();
  for (const candidate of byId.values()) {
    const parent = parentOf(candidate);
    const key = parent === candidate ? undefined : parent;
    children.set(key, [...(children.get(key) ?? []), candidate]);
  }
  const lines: TreeLine[] = [];
  const seen = new Set<CandidateRecord>();
  // A stack instead of recursion: a long search makes a lineage of thousands.
  const stack = (children.get(undefined) ?? [])
    .map((candidate) => ({ candidate, trunk: "", sign: "", depth: 0 }))
    .reverse();
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { candidate, trunk, sign, depth } = top;
    if (seen.has(candidate)) continue;
    seen.add(candidate);
    lines.push({ candidate, branch: trunk + sign, isCapped: depth > deepest, parent: parentOf(candidate) });
    const below = children.get(candidate) ?? [];
    const isDeep = depth >= deepest;
    const next = depth === 0 || isDeep ? trunk : `${trunk}${sign === "└ " ? "  " : "│ "}`;
    stack.push(
      ...below
        .map((child, at) => ({
          candidate: child,
          trunk: next,
          sign: at === below.length - 1 ? "└ " : "├ ",
          depth: depth + 1,
        }))
        .reverse(),
    );
  }
  // Parents that refer to each other in a circle, in a record made by hand.
  for (const candidate of byId.values())
    if (!seen.has(candidate)) lines.push({ candidate, branch: "", isCapped: false, parent: undefined });
  return lines;
}
