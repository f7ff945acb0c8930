import { valenceOf } from "../lexicon.ts";
import type { Strength } from "../request.ts";
import { cueScore, letterOf, rarityAmong } from "./cue-score.ts";
import { polarityOf } from "./polarity.ts";
import type { Reading } from "./reading.ts";

const courtesies =
  /\b(?:hope this|look(?:ing)? forward|regards|sincerely|please|kindly|could you|would (?:be|appreciate|like)|dear|support team|thank you for your (?:time|attention|prompt|assist))\b/i;

/**
 * Sentiment of a letter. Letters are polite, so a model that was not told to look past courtesy
 * takes nearly all of them for praise.
 */
export function sentimentOfLetter(
  text: string,
  values: readonly string[],
  reading: Reading,
  strength: Strength,
): string {
  const label = (polarity: "positive" | "negative" | "neutral"): string =>
    values.find((value) => polarityOf(value) === polarity) ?? values[0] ?? polarity;
  const seesPastCourtesy = reading.rules.courtesy || strength === "large";
  const told = values.map((value) => reading.definitions.get(value.toLowerCase()) ?? []);
  const letter = letterOf(text);
  const weight = rarityAmong(told);
  const hints = new Map(
    values.map((value, at) => [
      value,
      cueScore(letter, told[at] ?? [], weight, 0) / Math.sqrt(2 + (told[at]?.length ?? 0)),
    ]),
  );
  const hint = (value: string): number => hints.get(value) ?? 0;
  const sentences = text.split(/(?<=[.!?])\s+|\n+/).filter((one) => one.trim().length > 3);
  const heard = seesPastCourtesy ? sentences.filter((one) => !courtesies.test(one)) : sentences;
  const valences = heard.map(valenceOf);
  const mean = valences.reduce((sum, one) => sum + one, 0) / Math.max(1, valences.length);
  const [low, high] = seesPastCourtesy || reading.rules.neutral ? [0, 0.37] : [-0.05, 0.1];
  const scores = [
    { value: label("positive"), score: (mean - high) * 4 + hint(label("positive")) },
    { value: label("neutral"), score: hint(label("neutral")) },
    { value: label("negative"), score: (low - mean) * 4 + hint(label("negative")) },
  ];
  return scores.reduce((best, one) => (one.score > best.score ? one : best)).value;
}
