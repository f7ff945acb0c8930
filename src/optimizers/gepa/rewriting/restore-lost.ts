import { insertSentence, sentencesOf } from "../../search/sentences.ts";

export interface FoldedText {
  /** What the rewrites were made from. */
  readonly base: string;
  readonly rewrites: readonly string[];
  /** What a reflection made of them. */
  readonly fold: string;
}

// Below this share of sentences taken over word for word the fold says things in its own way.
const leastTakenOver = 0.6;
// What so many rewrites of a step dropped, or stated, was meant.
const agreed = 2;

/**
 * Puts sentences back that a fold was to keep and dropped: those of the base that its rewrites kept, and
 * those that several rewrites came to independently. A fold that says it all in its own words is left alone.
 */
export function restoreLost({ base, rewrites, fold }: FoldedText): string {
  const stated = rewrites.map((text) => new Set(sentencesOf(text)));
  const votes = (sentence: string) => stated.filter((one) => one.has(sentence)).length;
  const ofBase = new Set(sentencesOf(base));
  const isToStay = (sentence: string) =>
    ofBase.has(sentence) ? rewrites.length - votes(sentence) < agreed : votes(sentence) >= agreed;
  const sources = [base, ...rewrites].map(sentencesOf);
  const wanted = [...new Set(sources.flat())].filter(isToStay);
  const kept = new Set(sentencesOf(fold));
  const missing = wanted.filter((sentence) => !kept.has(sentence));
  if (missing.length > wanted.length * (1 - leastTakenOver)) return fold;
  return missing.reduce((text, sentence) => {
    const source = sources.find((one) => one.includes(sentence)) ?? [];
    return insertSentence(text, sentence, placeIn(text, sentence, source));
  }, fold);
}

/** Where the nearest sentence before it in its source, of those that still stand, stands in a text; -1 without any. */
function placeIn(text: string, sentence: string, source: readonly string[]): number {
  const standing = sentencesOf(text);
  const anchor = source
    .slice(0, source.indexOf(sentence))
    .reverse()
    .find((one) => standing.includes(one));
  return anchor === undefined ? -1 : standing.indexOf(anchor);
}
