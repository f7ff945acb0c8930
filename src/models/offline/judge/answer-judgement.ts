import { contentStems, plainWords } from "../stems.ts";
import { polarityOf } from "../task/polarity.ts";
import { sentimentOf } from "../task/sentiment.ts";
import { checkGuideline } from "./check-guideline.ts";
import { compareTexts, isSameForm, type Likeness } from "./compare-texts.ts";
import type { FormKey } from "./judge-form.ts";
import type { JudgementReading } from "./read-judgement.ts";

const enough = 0.6;
const margin = 0.05;

/** The verdict in the form asked for, from the texts shown. */
export function answerJudgement(reading: JudgementReading): string {
  const { form, items } = reading;
  if (form.list !== undefined) {
    const entries = items.map((item, at) => entryOf(form.keys, judgeItem(item, reading), at + 1));
    return JSON.stringify({ [form.list]: entries });
  }
  const judged = reading.pair === undefined ? judgeOne(reading) : judgePair(reading, reading.pair);
  if (form.keys.length === 0) return verdictAmong(form.bare, judged);
  return JSON.stringify(entryOf(form.keys, judged, 1));
}

/** `side` is set when two answers are compared. */
interface Judged extends Likeness {
  readonly side?: "A" | "B" | "tie";
}

function entryOf(keys: readonly FormKey[], judged: Judged, at: number): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key.name, valueFor(key, judged, at)]));
}

function valueFor(key: FormKey, judged: Judged, at: number): string | number | boolean {
  if (key.kind === "reason") return judged.reason;
  if (key.kind === "number") return at;
  if (key.kind === "boolean") return judged.value >= enough;
  if (key.kind === "verdict") return verdictAmong(key.values, judged);
  const score = key.least + judged.value * (key.most - key.least);
  return key.most > 1 ? Math.round(score) : Math.round(score * 100) / 100;
}

const good =
  /^(?:yes|y|true|pass\w*|correct|equivalent|same|match\w*|satisf\w*|met|compliant|good|ok|supported|stated|followed|present|acceptable|right|full\w*)$/i;
const partial = /^(?:partial\w*|partly|mostly|somewhat|mixed|unclear)$/i;

function verdictAmong(values: readonly string[], judged: Judged): string {
  if (judged.side !== undefined) {
    const { side } = judged;
    return (
      values.find((value) => value.toLowerCase() === side.toLowerCase()) ??
      values.find((value) => value.toLowerCase().endsWith(side.toLowerCase())) ??
      values[0] ??
      side
    );
  }
  const yes = values.find((value) => good.test(value)) ?? values[0] ?? "yes";
  const half = values.find((value) => partial.test(value));
  if (half !== undefined && judged.value >= 0.35 && judged.value < 0.8) return half;
  const no = values.find((value) => value !== yes && value !== half) ?? "no";
  return judged.value >= enough ? yes : no;
}

function judgeItem(item: string, reading: JudgementReading): Judged {
  return reading.areFacts
    ? factLikeness(item, reading.actual ?? "")
    : checkGuideline(item, reading.actual ?? "");
}

/** Is the fact somewhere in the answer? What else the answer says does not count. */
function factLikeness(fact: string, answer: string): Likeness {
  if (` ${plainWords(answer)} `.includes(` ${plainWords(fact)} `))
    return { value: 1, reason: "The answer says so." };
  const stems = contentStems(fact);
  const given = new Set(contentStems(answer));
  const missing = stems.filter((stem) => !given.has(stem));
  const value = stems.length === 0 ? 0 : 1 - missing.length / stems.length;
  return {
    value: value >= 0.7 ? value : value / 2,
    reason: missing.length === 0 ? "The answer says so." : "Not all of it is in the answer.",
  };
}

function judgeOne(reading: JudgementReading): Judged {
  const { expected, actual = "", items } = reading;
  if (expected !== undefined) {
    const likeness = compareTexts(expected, actual);
    const isMisshapen = reading.isFormStrict && likeness.value >= enough && !isSameForm(expected, actual);
    return isMisshapen ? { value: 0.4, reason: "It means the same, but in another form." } : likeness;
  }
  if (items.length > 0) {
    const judged = items.map((item) => judgeItem(item, reading));
    const value = judged.reduce((sum, one) => sum + one.value, 0) / judged.length;
    return {
      value: value < 1 ? Math.min(value, 0.55) : 1,
      reason: judged.find((one) => one.value < enough)?.reason ?? "All of it is kept.",
    };
  }
  return {
    value: fitness(reading.input ?? "", actual),
    reason: "Judged by how far the answer fits the input.",
  };
}

function judgePair(reading: JudgementReading, [a, b]: readonly [string, string]): Judged {
  const rate = (answer: string): number =>
    reading.expected === undefined
      ? fitness(reading.input ?? "", answer)
      : compareTexts(reading.expected, answer).value;
  const [one, other] = [rate(a), rate(b)];
  const side = Math.abs(one - other) < margin ? "tie" : one > other ? "A" : "B";
  const reason = side === "tie" ? "Neither answer is better." : `Answer ${side} fits better.`;
  return { value: one, reason, side };
}

/** Without an expected answer: a sentiment is checked against the input, anything else by shared words. */
function fitness(input: string, answer: string): number {
  const stand = plainWords(answer)
    .split(" ")
    .map(polarityOf)
    .findLast((one) => one !== undefined);
  if (stand !== undefined && plainWords(answer).split(" ").length <= 25) {
    const rules = { neutral: true, negation: true, courtesy: false, mixed: { by: "whole" } } as const;
    return sentimentOf(input, rules, "large", []) === stand ? 1 : 0.2;
  }
  const asked = new Set(contentStems(input));
  const given = new Set(contentStems(answer));
  if (given.size === 0) return 0;
  const shared = [...asked].filter((stem) => given.has(stem)).length;
  return Math.min(1, 0.3 + (0.7 * shared) / Math.max(1, Math.min(asked.size, 12)));
}
