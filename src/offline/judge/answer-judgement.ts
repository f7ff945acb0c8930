import { contentStems, normalizedWords } from "../stems.ts";
import { polarityOf, sentimentOf } from "../task/sentiment.ts";
import { checkGuideline } from "./check-guideline.ts";
import { compareTexts, isSameForm, type Likeness } from "./compare-texts.ts";
import { statedRules, verdictByRule } from "./judge-rules.ts";
import type { FormKey, JudgeForm, JudgementReading } from "./read-judgement.ts";

const enough = 0.6;
const margin = 0.05;

/** The verdict in the requested form, based on the texts shown. */
export function answerJudgement(reading: JudgementReading): string {
  const { form, instructions, input, shown } = reading;
  switch (shown.kind) {
    case "pair":
      return JSON.stringify(entryOf(form.keys, judgePair(input, shown.answers), 1));
    case "expected":
      return JSON.stringify(
        entryOf(form.keys, judgeAgainst(form, instructions, shown.expected, shown.actual), 1),
      );
    case "items": {
      const judge = form.verdicts.includes("stated") ? factLikeness : checkGuideline;
      const entries = shown.items.map((item, at) => entryOf(form.keys, judge(item, shown.actual), at + 1));
      return JSON.stringify({ [shown.list]: entries });
    }
  }
}

/** `side` is set when comparing two answers: 0 and 1 for the better one, 2 for neither. */
interface Judged extends Likeness {
  readonly side?: 0 | 1 | 2;
}

function entryOf(keys: readonly FormKey[], judged: Judged, at: number): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key.name, valueFor(key, judged, at)]));
}

function valueFor(key: FormKey, judged: Judged, at: number): string | number | boolean {
  switch (key.kind) {
    case "reason":
      return judged.reason;
    case "number":
      return at;
    case "given":
      return key.value;
    case "verdict":
      return key.values[judged.side ?? (judged.value >= enough ? 0 : 1)] ?? "";
  }
}

/** Whether the answer contains the fact. Other content does not count. */
function factLikeness(fact: string, answer: string): Likeness {
  if (` ${normalizedWords(answer)} `.includes(` ${normalizedWords(fact)} `))
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

/** Only "equivalent" also requires the same form, unless the reply must state that any form will do. */
function judgeAgainst(
  { verdicts, keys }: JudgeForm,
  instructions: string,
  expected: string,
  actual: string,
): Judged {
  const ruled = verdictByRule(statedRules(instructions), expected, actual);
  if (ruled !== undefined) return ruled;
  const likeness = compareTexts(expected, actual);
  const isFormStrict = verdicts.includes("equivalent") && !keys.some(({ kind }) => kind === "given");
  const isMisshapen = isFormStrict && likeness.value >= enough && !isSameForm(expected, actual);
  return isMisshapen ? { value: 0.4, reason: "It means the same, but in another form." } : likeness;
}

function judgePair(input: string, [a, b]: readonly [string, string]): Judged {
  const [one, other] = [fitness(input, a), fitness(input, b)];
  const side = Math.abs(one - other) < margin ? 2 : one > other ? 0 : 1;
  const reason = side === 2 ? "Neither answer is better." : `Answer ${"AB"[side]} fits better.`;
  return { value: one, reason, side };
}

/** Without an expected answer: checks a sentiment against the input, anything else by shared words. */
function fitness(input: string, answer: string): number {
  const stand = normalizedWords(answer)
    .split(" ")
    .map(polarityOf)
    .findLast((one) => one !== undefined);
  if (stand !== undefined && normalizedWords(answer).split(" ").length <= 25) {
    const rules = { neutral: true, negation: true, courtesy: false, mixed: { by: "whole" } } as const;
    return sentimentOf(input, rules, "large", []) === stand ? 1 : 0.2;
  }
  const asked = new Set(contentStems(input));
  const given = new Set(contentStems(answer));
  if (given.size === 0) return 0;
  const shared = [...asked].filter((stem) => given.has(stem)).length;
  return Math.min(1, 0.3 + (0.7 * shared) / Math.max(1, Math.min(asked.size, 12)));
}
