import vader from "vader-sentiment";
import { memoize } from "./stems.ts";

/** VADER's compound score of a text, −1 … 1. */
export const valenceOf = memoize(
  (text) => vader.SentimentIntensityAnalyzer.polarity_scores(text).compound,
  20_000,
);

const edges = /^[^\p{L}\p{N}:;=<]+|[^\p{L}\p{N})(\][DPpO3*/\\]+$/gu;
const valenceOfWord = memoize((word) => (word.length > 1 ? valenceOf(word) : 0), 50_000);

/** Nonzero valences of the words found in the lexicon, in order. */
export function loadedWords(text: string): number[] {
  return text
    .split(/\s+/)
    .map((word) => valenceOfWord(word.toLowerCase().replace(edges, "")))
    .filter((valence) => valence !== 0);
}

const negators =
  /\b(?:not|never|none|nor|neither|nothing|nowhere|without|cannot|(?:ai|are|ca|could|dare|did|does|do|had|has|have|is|might|must|need|ought|sha|should|was|were|wo|would)n['’]?t)\b/giu;

export function hasNegation(text: string): boolean {
  negators.lastIndex = 0;
  return negators.test(text);
}

/** The text without negations. */
export function withoutNegation(text: string): string {
  return text.replace(negators, " ");
}
