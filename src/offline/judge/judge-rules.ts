import { hasNegation } from "../lexicon.ts";
import { contentStems } from "../stems.ts";
import { isDenial, statementsOf } from "../task/sentences.ts";
import type { Likeness } from "./compare-texts.ts";

/** A rule that a judge follows only if its instructions state it. */
export interface JudgeRule {
  /** Whether a statement is about this rule. */
  readonly topic: RegExp;
  /** Whether an answer falls under it. */
  readonly applies: (expected: string, actual: string) => boolean;
  readonly isGood: boolean;
  readonly reason: string;
  /** Wordings of the rule. */
  readonly statements: readonly string[];
}

const number = /\d+(?:[.,]\d+)*/g;
const doubt =
  /\b(?:maybe|perhaps|possibly|probably|might|i think|i guess|not sure|unsure|as far as i know|i believe)\b/i;
/** Share of an answer's words that are new; above it, the answer makes claims of its own. */
const mostNew = 0.45;

/** Rules about answers that share the words of the expected one, and one about those that share few. */
export const judgeRules: readonly JudgeRule[] = [
  {
    topic: /\bnegat|\bden(?:y|ies|ied)\b|\bopposite\b/i,
    applies: (expected, actual) => hasNegation(expected) !== hasNegation(actual),
    isGood: false,
    reason: "One of the texts denies what the other says.",
    statements: [
      "An answer that denies what the expected answer says, or says the opposite in the same words, is wrong.",
      "Check negations: the opposite of the expected answer is wrong, however many words it shares.",
    ],
  },
  {
    topic: /\bhedg|\bmaybe\b|\bperhaps\b|\bunsure\b|\bguess/i,
    applies: (_, actual) => doubt.test(actual),
    isGood: false,
    reason: "The answer is only a guess.",
    statements: [
      "An answer that hedges (maybe, perhaps, I think) is wrong, even if it names the right thing.",
      "A guess is wrong: the answer must not say maybe, perhaps or that it is unsure.",
    ],
  },
  {
    topic: /\b(?:figures?|numbers?|amounts?|dates?)\b/i,
    applies: (expected, actual) => {
      const given = new Set(actual.match(number) ?? []);
      return (expected.match(number) ?? []).some((figure) => !given.has(figure));
    },
    isGood: false,
    reason: "A figure of the expected answer is missing or another one.",
    statements: [
      "Every figure of the expected answer must be in the answer; a missing or different number is wrong.",
      "Compare the figures: an answer with another number, amount or date is wrong.",
    ],
  },
  {
    topic: /\b(?:claims?|promises?)\b/i,
    applies: (expected, actual) => {
      const known = new Set(contentStems(expected));
      const own = contentStems(actual);
      return own.length > 0 && own.filter((stem) => !known.has(stem)).length / own.length > mostNew;
    },
    isGood: false,
    reason: "The answer makes claims that the expected answer does not make.",
    statements: [
      "An answer that adds claims or promises of its own is wrong.",
      "A claim that the expected answer does not make is wrong.",
    ],
  },
  {
    topic: /\bmain point\b|\bin fewer words\b/i,
    applies: (expected, actual) => {
      const known = new Set(contentStems(expected));
      const own = contentStems(actual);
      return own.length > 0 && own.every((stem) => known.has(stem));
    },
    isGood: true,
    reason: "The answer gives the main point.",
    statements: [
      "An answer that gives the main point in fewer words is right.",
      "A short answer is right if it gives the main point.",
    ],
  },
];

/** The rules that instructions state. */
export function statedRules(instructions: string): readonly JudgeRule[] {
  const statements = statementsOf(instructions).filter((one) => !isDenial(one));
  return judgeRules.filter(({ topic }) => statements.some((one) => topic.test(one)));
}

/** The verdict of the first stated rule that the answer falls under; undefined if there is none. */
export function verdictByRule(
  rules: readonly JudgeRule[],
  expected: string,
  actual: string,
): Likeness | undefined {
  const found = rules.find(({ applies }) => applies(expected, actual));
  return found && { value: found.isGood ? 1 : 0, reason: found.reason };
}
