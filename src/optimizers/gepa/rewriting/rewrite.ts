import type { Outcome } from "../../../contracts/optimizer.ts";
import type { Example } from "../../../core/data/example.ts";
import type { Candidate, PromptTexts } from "../../../core/prompt/candidate.ts";
import { sentencesOf } from "../../search/text-edits.ts";

/** A new candidate of a step, not yet compared with anything. */
export interface Rewrite {
  readonly by: "reflection" | "fold" | "merge";
  readonly candidate: Candidate;
  readonly parents: readonly Candidate[];
  /** The parent's train rows it was learnt from; empty for folds and merges. */
  readonly minibatch: readonly Example[];
  /** What of it the reflection was shown; empty for folds and merges. */
  readonly lesson: readonly Outcome[];
}

/** Which failures each learnt sentence was learnt from. */
export interface RewriteProvenance {
  /** Notes what a rewrite added to the texts it was made from, and the failures it was shown. */
  note(before: PromptTexts, rewrite: Candidate, lesson: readonly Outcome[]): void;
  /** Rows any of the sentences was learnt from, the first first; none for what was there from the start. */
  rowsOf(sentences: readonly string[]): readonly Example[];
}

export function createProvenance(): RewriteProvenance {
  const rows = new Map<string, Map<string, Example>>();
  return {
    note(before, { texts }, lesson) {
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
