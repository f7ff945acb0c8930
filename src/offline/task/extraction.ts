import type { JsonValue } from "../../core/data/json.ts";
import type { Strength } from "../request.ts";
import { contentStems } from "../stems.ts";
import { cueScore, letterOf, rarityAmong } from "./cue-score.ts";
import type { KeyReading, Reading } from "./reading.ts";
import { arePolar, sentimentOfLetter } from "./sentiment.ts";

const shapes: readonly (readonly [RegExp, RegExp])[] = [
  [/e-?mail/i, /[\w.+-]+@[\w-]+\.[\w.]+\b/],
  [/url|link|website/i, /https?:\/\/\S+/],
  [/phone|tel\b/i, /\+?\d[\d ()-]{6,}\d/],
  [
    /date|day|deadline/i,
    /\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b/i,
  ],
  [/amount|price|total|cost|sum/i, /[$€£]\s?\d[\d.,]*|\b\d[\d.,]*\s?(?:usd|eur|gbp|dollars|euros)\b/i],
  [/order|number|\bid\b|_id$|reference|invoice/i, /#?\b[A-Z]{0,4}-?\d{3,}\b/],
  [/count|quantity|age|how_many/i, /\b\d+\b/],
  [
    /name|sender|customer|person/i,
    /(?:my name is|i am|i'm|regards,?\s+|sincerely,?\s+)\s*((?:(?:Dr|Mr|Mrs|Ms)\.? )?[A-Z][\w-]+(?: [A-Z][\w-]+)?)/,
  ],
];

/** A value for a key without listed values: found by the shape its name suggests, else null. */
export function pickFree(name: string, text: string): JsonValue {
  if (/summary|subject|title|topic/i.test(name)) {
    return (
      /^\s*subject\s*:\s*(.+)$/im.exec(text)?.[1]?.trim() ?? text.trim().split(/(?<=[.!?])\s|\n/)[0] ?? null
    );
  }
  const shape = shapes.find(([key]) => key.test(name))?.[1];
  const found = shape?.exec(text);
  if (found === null || found === undefined) return null;
  const value = (found[1] ?? found[0]).trim();
  return /count|quantity|age|how_many/i.test(name) ? Number(value) : value;
}

/** A category counts if its score is at least this share of the best one. */
const shareOfBest: Readonly<Record<Strength, number>> = { small: 0.35, large: 0.5 };
const shareWhenCapped = 0.6;

/**
 * The categories of a text, by the words of their names and stated definitions. Without a stated limit many are
 * set; with one, only the best.
 */
function pickFlags(
  text: string,
  names: readonly string[],
  reading: Reading,
  strength: Strength,
): ReadonlySet<string> {
  const cues = names.map((name) => [
    ...new Set([
      ...contentStems(name.replace(/[_-]/g, " ")),
      ...(reading.definitions.get(name.toLowerCase()) ?? []),
    ]),
  ]);
  const letter = letterOf(text);
  const weight = rarityAmong(cues);
  const scored = names
    .map((name, at) => ({
      name,
      at,
      score: cueScore(letter, cues[at] ?? [], weight) / Math.sqrt(2 + (cues[at]?.length ?? 0)),
    }))
    .sort((one, other) => other.score - one.score || one.at - other.at);
  const best = scored[0]?.score ?? 0;
  if (best <= 0) return new Set(names.filter((name) => /general|other|misc/i.test(name)).slice(0, 1));
  const cap = reading.rules.maxFlags;
  const least = best * (cap === undefined ? shareOfBest[strength] : shareWhenCapped);
  return new Set(
    scored
      .slice(0, cap ?? names.length)
      .filter(({ score }) => score >= least)
      .map(({ name }) => name),
  );
}

const alarm = /\b(?:urgent\w*|immediate\w*|emergency|asap|critical)\b/i;
const calm = /\b(?:not (?:an? )?(?:urgent|emergency)|no rush|not an urgent)\b/gi;

/**
 * Picks one of the values. With stated definitions, the one whose cues the text contains; otherwise alarm words
 * select the top of a scale (high … low), and everything else its middle.
 */
function pickEnum(text: string, values: readonly string[], reading: Reading, strength: Strength): string {
  const definitions = values.map((value) => reading.definitions.get(value.toLowerCase()) ?? []);
  const silent = silentChoice(text, values, strength);
  if (definitions.every((cues) => cues.length === 0)) return silent;
  const letter = letterOf(text);
  const weight = rarityAmong(definitions);
  const scores = values.map((value, at) => {
    const cues = definitions[at] ?? [];
    const score = cueScore(letter, cues, weight) / Math.sqrt(2 + cues.length);
    return score + (value === silent ? 0.3 : 0);
  });
  return values[scores.indexOf(Math.max(...scores))] ?? silent;
}

function silentChoice(text: string, values: readonly string[], strength: Strength): string {
  const top = values.find((value) => /^(?:high\w*|urgent|critical|p1|major)$/i.test(value));
  if (top !== undefined) {
    const considered = strength === "large" ? text.replace(calm, " ") : text;
    if (alarm.test(considered)) return top;
    if (strength === "large" && /\b(?:inquir\w+|interested in|information)\b/i.test(text))
      return values.find((value) => /^low/i.test(value)) ?? top;
    return (
      values.find((value) => /^(?:medium|normal|moderate|p2)$/i.test(value)) ??
      values[Math.floor(values.length / 2)] ??
      top
    );
  }
  const letter = letterOf(text);
  const named = values.find((value) =>
    contentStems(value.replace(/_/g, " ")).some((stem) => letter.body.has(stem)),
  );
  return named ?? values[0] ?? "";
}

/** The JSON object that a prompt asks for, key by key, in the order stated. */
export function extract(text: string, reading: Reading, strength: Strength): Record<string, JsonValue> {
  return Object.fromEntries(reading.keys.map((key) => [key.name, valueFor(key, text, reading, strength)]));
}

function valueFor(key: KeyReading, text: string, reading: Reading, strength: Strength): JsonValue {
  if (key.kind === "free") return pickFree(key.name, text);
  if (key.kind === "enum") {
    return arePolar(key.values)
      ? sentimentOfLetter(text, key.values, reading, strength)
      : pickEnum(text, key.values, reading, strength);
  }
  const chosen = pickFlags(text, key.values, reading, strength);
  if (key.kind === "list") return [...chosen];
  return Object.fromEntries(key.values.map((value) => [value, chosen.has(value)]));
}
