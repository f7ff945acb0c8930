import type { PromptTexts } from "../../../core/prompt/candidate.ts";
import {
  cutSentence,
  editsByPlace,
  insertSentence,
  type PlacedEdits,
  sentencesOf,
} from "../../search/text-edits.ts";

/** One change of a rewrite to a text: sentences added, dropped or replaced. */
export interface Edit extends PlacedEdits {
  /** Name of the text. */
  readonly name: string;
}

/** All changes of a rewrite, text by text. */
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
 * The texts after a rewrite, without some of its edits, given in the order of `editsOf`. Without all of them,
 * the result equals the texts before, including whitespace.
 */
export function undo(before: PromptTexts, after: PromptTexts, edits: readonly Edit[]): PromptTexts {
  return Object.fromEntries(
    Object.entries(after).map(([name, text]) => {
      const original = before[name] ?? "";
      // From the end, so that earlier positions stay valid.
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
