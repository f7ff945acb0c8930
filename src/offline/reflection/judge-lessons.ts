import { judgeRules, statedRules } from "../judge/judge-rules.ts";
import type { Phrase } from "./label-lessons.ts";
import { type OfflineLesson, rule } from "./lesson.ts";
import type { FailureRecord } from "./reflection-reading.ts";

const judgedText = /<([a-z]+-[0-9a-f]{12})>\s*([\s\S]*?)\s*<\/\1>/g;
const textsShown = 3;
const good = /^(?:correct|equivalent|stated|followed|all )/;

/**
 * Lessons from verdicts that people do not share: which rule would have led to theirs. Undefined if the rows are
 * not answers that were judged against an expected one.
 */
export function judgeLessons(
  records: readonly FailureRecord[],
  current: string,
  phrase: Phrase,
): readonly OfflineLesson[] | undefined {
  const judged = records.flatMap(({ input, expected, score }) => {
    const texts = [...input.matchAll(judgedText)].map((match) => match[2] ?? "").slice(-textsShown);
    const [, reference, answer] = texts;
    if (reference === undefined || answer === undefined) return [];
    return [{ reference, answer, isGood: good.test(expected), isFailure: Number.parseFloat(score) < 1 }];
  });
  if (judged.length === 0) return undefined;
  const stated = new Set(statedRules(current));
  return judgeRules.flatMap((one) => {
    const under = judged.filter(({ reference, answer }) => one.applies(reference, answer));
    const mended = under.filter(({ isGood, isFailure }) => isFailure && isGood === one.isGood).length;
    const spoilt = under.filter(({ isGood }) => isGood !== one.isGood).length;
    if (mended === 0 || stated.has(one)) return [];
    return [rule(Math.max(0.5, mended - spoilt), phrase(one.statements))];
  });
}
