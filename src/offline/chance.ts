import { digestOfText } from "../core/data/digest.ts";

/** A number in [0, 1) derived from the words alone: same words, same number. */
export function chanceOf(...words: readonly string[]): number {
  return Number.parseInt(digestOfText(words.join("\u0000")).slice(0, 8), 16) / 2 ** 32;
}
