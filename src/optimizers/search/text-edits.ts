import { diffArrays } from "diff";

interface Place {
  readonly sentence: string;
  readonly start: number;
  readonly end: number;
}

// It is no sentence: it changes with every item that is put before it.
const listNumber = /^\d+[.)]$/;

/** The sentences and lines of a text in their order, without blanks at their ends and numbers of list items. */
export function sentencesOf(text: string): readonly string[] {
  return placesOf(text).map(({ sentence }) => sentence);
}

/** Takes a sentence out, by its place in `sentencesOf`, and its line when nothing else is on it. */
export function cutSentence(text: string, at: number): string {
  const place = placesOf(text)[at];
  if (place === undefined) return text;
  const before = text.slice(0, place.start).replace(/[ \t]+$/, "");
  const after = text.slice(place.end).replace(/^[ \t]+/, "");
  const endsLine = /^(\r?\n|$)/.test(after);
  const kept = endsLine ? before.replace(/(^|\n)[ \t]*\d+[.)]$/, "$1") : before;
  if (kept === "" || kept.endsWith("\n")) return kept + after.replace(/^\r?\n/, "");
  return endsLine ? kept + after : `${kept} ${after}`;
}

/** Puts a sentence on a line behind another one, by that one's place; before all of them for -1. */
export function insertSentence(text: string, sentence: string, behind: number): string {
  const place = placesOf(text)[behind];
  if (place === undefined) return `${sentence}\n${text}`;
  return `${text.slice(0, place.end)}\n${sentence}${text.slice(place.end).replace(/^[ \t]+/, "\n")}`;
}

function placesOf(text: string): readonly Place[] {
  let end = 0;
  return text
    .split(/\n+|(?<=[.!?])\s+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "")
    .map((sentence) => {
      const start = text.indexOf(sentence, end);
      end = start + sentence.length;
      return { sentence, start, end };
    })
    .filter(({ sentence }) => !listNumber.test(sentence));
}

/** Sentences that stand side by side, taken out of a text and put into it. */
interface TextEdits {
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
