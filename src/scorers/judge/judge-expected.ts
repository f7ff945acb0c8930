import { z } from "zod";
import type { Judgement, Score } from "../../contracts/scorer.ts";
import { expectedAnswer } from "../expected-answer.ts";
import { quote } from "../text/quote.ts";
import { askJudge } from "./ask-judge.ts";
import { inputSection, judgedAnswer, sectionTitles } from "./data-sections.ts";
import { type JudgeQuestion, rationale } from "./judge-prompt.ts";

/**
 * 1 if the judge finds the answer `right` against the expected one, 0 if `wrong`. An identical or empty answer
 * needs no judge.
 */
export async function judgeExpected(
  scorer: string,
  judgement: Judgement,
  { right, wrong }: { readonly right: string; readonly wrong: string },
  question: (expected: string) => JudgeQuestion,
): Promise<Score> {
  const expected = expectedAnswer(judgement.example, scorer);
  const actual = judgedAnswer(judgement);
  if (actual.trim() === expected.trim()) return { value: 1 };
  if (actual.trim() === "") {
    return { value: 0, feedback: `expected ${quote(expected)}, got an empty answer` };
  }
  const schema = z.object({ rationale, verdict: z.enum([right, wrong]) });
  const verdict = await askJudge(scorer, judgement, question(expected), schema);
  if (verdict.verdict === right) return { value: 1, feedback: verdict.rationale };
  const difference = `expected ${quote(expected)}, got ${quote(actual)}`;
  return { value: 0, feedback: `${difference}; judged ${wrong}: ${verdict.rationale}` };
}

/** The input, the expected answer and the answer to judge. */
export function expectedSections(judgement: Judgement, expected: string): JudgeQuestion["sections"] {
  return [
    inputSection(judgement.example),
    { title: sectionTitles.expected, text: expected },
    { title: sectionTitles.actual, text: judgedAnswer(judgement) },
  ];
}
