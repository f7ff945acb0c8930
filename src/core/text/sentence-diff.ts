import { diffArrays } from "diff";
import type { TextChange } from "./text-diff.ts";

/** A diff with more changed sentences is unreadable, and computing it would take minutes. */
const mostEdits = 2_000;

/**
 * Diffs sentence by sentence; a line break ends a sentence too. Sentences that differ in the blanks around them
 * alone are the same, and blank lines are left out. Texts with almost nothing in common yield removals and
 * additions only.
 */
export function diffSentences(before: string, after: string): readonly TextChange[] {
  const [old, fresh] = [sentencesOf(before), sentencesOf(after)];
  const changes = diffArrays(trimmed(old), trimmed(fresh), { maxEditLength: mostEdits });
  if (changes === undefined) {
    return Object.freeze([
      ...old.map((text): TextChange => ({ kind: "removed", text })),
      ...fresh.map((text): TextChange => ({ kind: "added", text })),
    ]);
  }
  let [oldAt, freshAt] = [0, 0];
  return Object.freeze(
    changes.flatMap(({ added, removed, value }) => {
      const kind = added ? "added" : removed ? "removed" : "same";
      const texts = removed
        ? old.slice(oldAt, oldAt + value.length)
        : fresh.slice(freshAt, freshAt + value.length);
      if (!added) oldAt += value.length;
      if (!removed) freshAt += value.length;
      return texts.map((text): TextChange => ({ kind, text }));
    }),
  );
}

function trimmed(sentences: readonly string[]): string[] {
  return sentences.map((sentence) => sentence.trim());
}

const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });

/** Without the blanks at their ends; indentation stays. */
function sentencesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .flatMap((line) => Array.from(segmenter.segment(line), ({ segment }) => segment.trimEnd()))
    .filter((sentence) => sentence !== "");
}
