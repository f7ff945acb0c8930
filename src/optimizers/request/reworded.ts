import { diffArrays } from "diff";

/**
 * True if two texts differ in at most one word, filler words aside. Such a rewrite ("the given text" for "this text")
 * answers as the old text does, and its rollouts would be wasted.
 */
export function isReworded(one: string, other: string): boolean {
  const [before, after] = [wordsOf(one), wordsOf(other)];
  if (Math.abs(before.length - after.length) > 1) return false;
  const changes = diffArrays([...before], [...after]);
  const count = (kind: "added" | "removed") =>
    changes.reduce((sum, change) => (change[kind] ? sum + change.value.length : sum), 0);
  return count("added") <= 1 && count("removed") <= 1;
}

const fillers = new Set(
  "a an and are as for given following in is it of please that the these this those to".split(" "),
);

function wordsOf(text: string): readonly string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => !fillers.has(word));
}
