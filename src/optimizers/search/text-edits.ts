import { diffArrays } from "diff";
import { sentencesOf } from "./sentences.ts";

/** Sentences that stand side by side, taken out of a text and put into it. */
export interface TextEdits {
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Edits of one place: between two of them something stayed. */
export interface PlacedEdits extends TextEdits {
  /** How many sentences of the new text stand before it. */
  readonly at: number;
}

/** What a rewrite changed, sentence by sentence; line breaks and blanks at their ends do not count. */
export function textEdits(before: string, after: string): TextEdits {
  const places = editsByPlace(before, after);
  return {
    removed: places.flatMap(({ removed }) => removed),
    added: places.flatMap(({ added }) => added),
  };
}

/** The same, place by place, in the order of the text. */
export function editsByPlace(before: string, after: string): readonly PlacedEdits[] {
  const places: { at: number; removed: string[]; added: string[] }[] = [];
  let isOpen = false;
  let at = 0;
  for (const { added, removed, value } of diffArrays([...sentencesOf(before)], [...sentencesOf(after)])) {
    if (!added && !removed) isOpen = false;
    else {
      if (!isOpen) places.push({ at, removed: [], added: [] });
      isOpen = true;
      places.at(-1)?.[added ? "added" : "removed"].push(...value);
    }
    if (!removed) at += value.length;
  }
  return places;
}
