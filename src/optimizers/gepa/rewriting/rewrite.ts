import type { Outcome } from "../../../contracts/optimizer.ts";
import type { Example } from "../../../core/data/example.ts";
import type { Candidate, PromptTexts } from "../../../core/prompt/candidate.ts";
import { sentencesOf } from "../../search/text-edits.ts";

/** A new candidate of a step, not yet compared. */
export interface Rewrite {
  readonly by: "reflection" | "fold" | "merge" | "labels";
  readonly candidate: Candidate;
  readonly parents: readonly Candidate[];
  /** The parent's train rows used for the rewrite; empty for folds and merges. */
  readonly minibatch: readonly Example[];
  /** The outcomes shown to the reflection; empty for folds and merges. */
  readonly lesson: readonly Outcome[];
}

/** Maps each added sentence to the failures it was learned from. */
export interface RewriteProvenance {
  /** Records the sentences a rewrite added, and the failures it was shown. */
  note(before: PromptTexts, rewrite: PromptTexts, lesson: readonly Outcome[]): void;
  /** Rows that any of the sentences was learned from, oldest first; empty for sentences of the seed. */
  rowsOf(sentences: readonly string[]): readonly Example[];
}

export function createProvenance(): RewriteProvenance {
  const rows = new Map<string, Map<string, Example>>();
  return {
    note(before, texts, lesson) {
      const old = new Set(Object.values(before).flatMap(sentencesOf));
      for (const sentence of Object.values(texts).flatMap(sentencesOf)) {
        if (old.has(sentence)) continue;
        const found = rows.get(sentence) ?? new Map<string, Example>();
        rows.set(sentence, found);
        for (const { example, score } of lesson) if (score?.value !== 1) found.set(example.id, example);
      }
    },
    rowsOf(sentences) {
      const found = sentences.flatMap((sentence) => [...(rows.get(sentence)?.values() ?? [])]);
      return [...new Set(found)];
    },
  };
}
