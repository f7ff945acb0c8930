import { diffArrays } from "diff";

/** Sentences taken out of a text and put into it. */
export interface TextEdits {
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** What a rewrite changed, sentence by sentence; line breaks and blanks at their ends do not count. */
export function textEdits(before: string, after: string): TextEdits {
  const changes = diffArrays(sentences(before), sentences(after));
  return {
    removed: changes.flatMap((change) => (change.removed ? change.value : [])),
    added: changes.flatMap((change) => (change.added ? change.value : [])),
  };
}

function sentences(text: string): string[] {
  return text
    .split(/\n+|(?<=[.!?])\s+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "");
}
