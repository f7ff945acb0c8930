import { chanceOf } from "../chance.ts";
import { hasNegation, loadedWords, valenceOf, withoutNegation } from "../lexicon.ts";
import type { Strength } from "../request.ts";
import { cueScore, letterOf, rarityAmong } from "./cue-score.ts";
import type { Reading, RuleReading } from "./reading.ts";

type Polarity = "positive" | "negative" | "neutral";

const words: readonly (readonly [Polarity, RegExp])[] = [
  [
    "negative",
    /^(?:neg\w*|bad|sad|unfavou?rabl\w*|angry|dissatisf\w*|unhappy|critical|complain\w*|thumbs.?down)$/i,
  ],
  ["neutral", /^(?:neu\w*|mixed|none|other|unclear|so-?so|ok|okay|indifferent|objective)$/i],
  ["positive", /^(?:pos\w*|good|happy|favou?rabl\w*|satisf\w*|praise|like|thumbs.?up)$/i],
];

/** The polarity that a label stands for, if any. */
export function polarityOf(label: string): Polarity | undefined {
  return words.find(([, pattern]) => pattern.test(label.trim()))?.[0];
}

/** Whether the labels distinguish good from bad. */
export function arePolar(labels: readonly string[]): boolean {
  const found = new Set(labels.map(polarityOf));
  return found.has("positive") && found.has("negative");
}

const courtesies =
  /\b(?:hope this|look(?:ing)? forward|regards|sincerely|please|kindly|could you|would (?:be|appreciate|like)|dear|support team|thank you for your (?:time|attention|prompt|assist))\b/i;

/**
 * Sentiment of a letter. Letters are polite, so a model without an instruction to ignore courtesy takes nearly
 * all of them for praise.
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
  const definitions = values.map((value) => reading.definitions.get(value.toLowerCase()) ?? []);
  const letter = letterOf(text);
  const weight = rarityAmong(definitions);
  const hints = new Map(
    values.map((value, at) => [
      value,
      cueScore(letter, definitions[at] ?? [], weight, 0) / Math.sqrt(2 + (definitions[at]?.length ?? 0)),
    ]),
  );
  const hint = (value: string): number => hints.get(value) ?? 0;
  const sentences = text.split(/(?<=[.!?])\s+|\n+/).filter((one) => one.trim().length > 3);
  const considered = seesPastCourtesy ? sentences.filter((one) => !courtesies.test(one)) : sentences;
  const valences = considered.map(valenceOf);
  const mean = valences.reduce((sum, one) => sum + one, 0) / Math.max(1, valences.length);
  const [low, high] = seesPastCourtesy || reading.rules.neutral ? [0, 0.37] : [-0.05, 0.1];
  const scores = [
    { value: label("positive"), score: (mean - high) * 4 + hint(label("positive")) },
    { value: label("neutral"), score: hint(label("neutral")) },
    { value: label("negative"), score: (low - mean) * 4 + hint(label("negative")) },
  ];
  return scores.reduce((best, one) => (one.score > best.score ? one : best)).value;
}

/** Minimum strength of a sentiment that is not neutral: higher for questions and links, lower for mixed texts. */
const bounds = { plain: 0.3, report: 0.6, doubt: 0.35, mixed: 0.1 };

/**
 * Sentiment of a short text by VADER, limited to the rules that the prompt states: without them there is no
 * neutral and no negation, and the first loaded word decides a mixed text.
 */
export function sentimentOf(
  text: string,
  rules: RuleReading,
  strength: Strength,
  labels: readonly string[],
): string {
  const isLarge = strength === "large";
  const considered = rules.negation || isLarge || !hasNegation(text) ? text : withoutNegation(text);
  const loaded = loadedWords(considered);
  const isMixed = loaded.some((one) => one > 0) && loaded.some((one) => one < 0);
  if (isMixed && rules.mixed?.by === "label") return rules.mixed.label;
  if (isMixed && rules.mixed === undefined && !isLarge) {
    return labelFor((loaded[0] ?? 0) > 0 ? "positive" : "negative", labels);
  }
  const judged = isMixed && rules.mixed?.by === "end" ? endOf(considered) : considered;
  const valence = valenceOf(judged);
  const isDoubtNeutral = rules.doubt !== undefined && polarityOf(rules.doubt) === "neutral";
  const knowsNeutral = rules.neutral || isDoubtNeutral || (isLarge && chanceOf("neutral", text) < 0.75);
  const bound = !knowsNeutral
    ? 0
    : isMixed
      ? bounds.mixed
      : boundOf(text, rules.neutral || isLarge, isDoubtNeutral);
  if (Math.abs(valence) < bound) return labelFor("neutral", labels, rules.doubt);
  if (rules.doubt !== undefined && !isDoubtNeutral && Math.abs(valence) < bounds.doubt) return rules.doubt;
  return labelFor(valence < 0 ? "negative" : "positive", labels);
}

function boundOf(text: string, knowsReports: boolean, isDoubtNeutral: boolean): number {
  const isReport = knowsReports && /https?:\/\/|\?/.test(text) && !text.includes("!");
  return isReport ? bounds.report : isDoubtNeutral ? bounds.doubt : bounds.plain;
}

/** The text after the last contrast, or its last sentence. */
function endOf(text: string): string {
  const turned = text.split(/\b(?:but|however|though|although|yet)\b/i).at(-1) ?? text;
  if (turned !== text && turned.trim() !== "") return turned;
  return text.split(/(?<=[.!?])\s+/).at(-1) ?? text;
}

function labelFor(polarity: Polarity, labels: readonly string[], instead?: string): string {
  const listed = labels.find((label) => polarityOf(label) === polarity);
  return listed ?? instead ?? (labels.length === 0 ? polarity : (labels[0] ?? polarity));
}
