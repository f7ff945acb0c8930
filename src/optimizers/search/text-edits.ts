import { diffArrays } from "diff";

interface Place {
  readonly sentence: string;
  readonly start: number;
  readonly end: number;
}

// Not a sentence: it changes with every item inserted before it.
const listNumber = /^\d+[.)]$/;

/** The sentences and lines of a text in order, without surrounding whitespace and list numbers. */
export function sentencesOf(text: string): readonly string[] {
  return placesOf(text).map(({ sentence }) => sentence);
}

/** Removes the sentence at an index of `sentencesOf`, and its line if nothing else is on it. */
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

/** Inserts a sentence on its own line after the sentence at index `behind`; -1 inserts it before all. */
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

/** Adjacent sentences removed from a text and added to it. */
interface TextEdits {
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Edits at one position, separated from others by unchanged text. */
export interface PlacedEdits extends TextEdits {
  /** Number of sentences of the new text before it. */
  readonly at: number;
}

/** The changes of a rewrite, sentence by sentence; line breaks and surrounding whitespace do not count. */
export function textEdits(before: string, after: string): TextEdits {
  const places = editsByPlace(before, after);
  return {
    removed: places.flatMap(({ removed }) => removed),
    added: places.flatMap(({ added }) => added),
  };
}

/** The same changes by position, in text order. */
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
