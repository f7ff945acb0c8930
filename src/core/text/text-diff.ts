import { diffWordsWithSpace } from "diff";

/** A stretch of text that two versions share, or that only one of them has. */
export interface TextChange {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
}

/** Beyond this many changed words no one reads a diff; finding the shortest one would take minutes. */
const mostEdits = 5_000;

/**
 * Word by word, blanks kept: what is `same` or `removed` joins to `before`, what is `same` or `added` to
 * `after`. Texts with next to nothing in common come back as one removal and one addition.
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
