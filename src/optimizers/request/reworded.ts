/**
 * True if two texts differ only in filler words, case, punctuation and whitespace. Such a rewrite ("the given text" for
 * "this text") answers as the old text does, and its rollouts would be wasted.
 */
export function isReworded(one: string, other: string): boolean {
  return wordsOf(one) === wordsOf(other);
}

const fillers = new Set("a an are following given is please that the these this those".split(" "));
const symbols = /[^\p{L}\p{N}\s"'`“”‘’.,;:!?()*#_-]/gu;

function wordsOf(text: string): string {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  // Braces, operators and other marks may be part of a form.
  const marks = text.match(symbols) ?? [];
  return [...words.filter((word) => !fillers.has(word)), ...marks].join(" ");
}
