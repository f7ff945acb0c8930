import { chanceOf } from "../chance.ts";
import { hasNegation, loadedWords, valenceOf, withoutNegation } from "../lexicon.ts";
import type { Strength } from "../request.ts";
import { type Polarity, polarityOf } from "./polarity.ts";
import type { RuleReading } from "./reading.ts";

/** How strong a feeling must be to be more than neutral: questions and links need more, a fight of words less. */
const bounds = { plain: 0.3, report: 0.6, doubt: 0.35, mixed: 0.1 };

/**
 * Sentiment of a short text, by VADER, through the eyes of a model that knows only the rules it was
 * told: no neutral, no "not", and the first loaded word of a mixed text, until the prompt says otherwise.
 */
export function sentimentOf(
  text: string,
  rules: RuleReading,
  strength: Strength,
  labels: readonly string[],
): string {
  const isLarge = strength === "large";
  const heard = rules.negation || isLarge || !hasNegation(text) ? text : withoutNegation(text);
  const loaded = loadedWords(heard);
  const isMixed = loaded.some((one) => one > 0) && loaded.some((one) => one < 0);
  if (isMixed && rules.mixed?.by === "label") return rules.mixed.label;
  if (isMixed && rules.mixed === undefined && !isLarge) {
    return labelFor((loaded[0] ?? 0) > 0 ? "positive" : "negative", labels);
  }
  const judged = isMixed && rules.mixed?.by === "end" ? endOf(heard) : heard;
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

/** What comes after the last turn of a text, or its last sentence. */
function endOf(text: string): string {
  const turned = text.split(/\b(?:but|however|though|although|yet)\b/i).at(-1) ?? text;
  if (turned !== text && turned.trim() !== "") return turned;
  return text.split(/(?<=[.!?])\s+/).at(-1) ?? text;
}

function labelFor(polarity: Polarity, labels: readonly string[], instead?: string): string {
  const listed = labels.find((label) => polarityOf(label) === polarity);
  return listed ?? instead ?? (labels.length === 0 ? polarity : (labels[0] ?? polarity));
}
