import { z } from "zod";
import type { Judgement } from "../../contracts/scorer.ts";
import { defineScorer } from "../../plugins/define.ts";
import { callsPerQuestion, judgeOverhead } from "./ask-judge.ts";
import { factsQuestion, judgeFacts, listQuestion } from "./judge-each.ts";
import { expectedSections, judgeExpected } from "./judge-expected.ts";
import {
  emptyJudgement,
  type JudgeQuestion,
  type JudgeWords,
  judgeOptions,
  wordsOf,
} from "./judge-prompt.ts";

/**
 * With expected facts: the share of them that the answer states, according to a judge. With an expected answer: 1
 * if a judge finds all of it supported by the answer, whatever the wording and format.
 */
export const correctness = defineScorer({
  name: "correctness",
  summary: "a judge finds the expected facts, or the expected answer, in the answer",
  options: z.strictObject({
    against: z
      .enum(["auto", "answer", "facts"])
      .default("auto")
      .describe("What to judge by: the expected answer, the expected facts, or the facts if a row has them."),
    ...judgeOptions,
  }),
  create({ against, ...words }) {
    const overheads = [
      judgeOverhead(question(emptyJudgement, "", words)),
      judgeOverhead(listQuestion(factsQuestion(emptyJudgement, [], words))),
    ];
    return {
      judgeCalls: callsPerQuestion,
      judgeOverheadTokens: Math.max(...overheads),
      async score(judgement) {
        const hasFacts = (judgement.example.expectedFacts ?? []).length > 0;
        if (against === "facts" || (against === "auto" && hasFacts)) {
          return judgeFacts("correctness", judgement, words);
        }
        return judgeExpected("correctness", judgement, { right: "correct", wrong: "incorrect" }, (expected) =>
          question(judgement, expected, words),
        );
      },
    };
  },
});

function question(judgement: Judgement, expected: string, words: JudgeWords): JudgeQuestion {
  return {
    task:
      'Decide whether the text under "Actual answer" is correct, given that the text under "Expected answer" is. ' +
      'It is "correct" when it says everything that the expected answer says, in whatever words and form, and ' +
      'contradicts none of it. It is "incorrect" when it contradicts the expected answer, leaves out something of ' +
      "it, or takes no clear stand. More detail than expected is no fault.",
    ...wordsOf(words),
    sections: expectedSections(judgement, expected),
    reply: '{"rationale": "<one or two sentences>", "verdict": "correct" or "incorrect"}',
  };
}
