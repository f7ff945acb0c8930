import type { PromptTexts } from "../../../core/prompt/candidate.ts";
import {
  cutSentence,
  editsByPlace,
  insertSentence,
  type PlacedEdits,
  sentencesOf,
} from "../../search/text-edits.ts";

/** One thing a rewrite did to a text: a sentence added, a sentence dropped, or some put in place of others. */
export interface Edit extends PlacedEdits {
  /** Name of the text. */
  readonly name: string;
}

/** All that a rewrite changed, text by text. */
export function editsOf(before: PromptTexts, after: PromptTexts): readonly Edit[] {
  return Object.entries(after).flatMap(([name, text]) =>
    editsByPlace(before[name] ?? "", text).flatMap(({ at, removed, added }): Edit[] => {
      if (removed.length > 0 && added.length > 0) return [{ name, at, removed, added }];
      return [
        ...removed.map((sentence) => ({ name, at, removed: [sentence], added: [] })),
        ...added.map((sentence, nth) => ({ name, at: at + nth, removed: [], added: [sentence] })),
      ];
    }),
  );
}

/**
 * The texts after a rewrite without some of its edits, given in the order of `editsOf`; without all of
 * them, the texts before, blanks and all.
 */
export function undo(before: PromptTexts, after: PromptTexts, edits: readonly Edit[]): PromptTexts {
  return Object.fromEntries(
    Object.entries(after).map(([name, text]) => {
      const original = before[name] ?? "";
      // From the end, so that the places before keep their numbers.
      const undone = edits.filter((edit) => edit.name === name).reduceRight(undoOne, text);
      return [name, isSame(sentencesOf(undone), sentencesOf(original)) ? original : undone];
    }),
  );
}

function undoOne(text: string, { at, removed, added }: Edit): string {
  const cut = added.reduce((now) => cutSentence(now, at), text);
  return removed.reduceRight((now, sentence) => insertSentence(now, sentence, at - 1), cut);
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((sentence, at) => sentence === other[at]);
}
