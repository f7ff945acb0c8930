import { diffWordsWithSpace } from "diff";

/** Text that two versions share, or that only one of them has. */
export interface TextChange {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
}

/** A diff with more changed words is unreadable, and computing it would take minutes. */
const mostEdits = 5_000;

/**
 * Diffs word by word and keeps blanks: `same` and `removed` join to `before`, `same` and `added` to `after`.
 * Texts with almost nothing in common yield one removal and one addition.
 */
export function diffWords(before: string, after: string): readonly TextChange[] {
  const changes = diffWordsWithSpace(before, after, { maxEditLength: mostEdits });
  if (changes === undefined) {
    return Object.freeze([
      { kind: "removed", text: before },
      { kind: "added", text: after },
    ]);
  }
  return Object.freeze(
    changes.map(
      ({ added, removed, value }): TextChange => ({
        kind: added ? "added" : removed ? "removed" : "same",
        text: value,
      }),
    ),
  );
}
