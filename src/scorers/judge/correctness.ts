import { z } from "zod";
import type { Judgement } from "../../contracts/scorer.ts";
import { defineScorer } from "../../plugins/define.ts";
import { expectedAnswer } from "../expected-answer.ts";
import { quote } from "../text/quote.ts";
import { askJudge, callsPerQuestion, judgeOverhead } from "./ask-judge.ts";
import { inputSection, judgedAnswer, sectionTitles } from "./data-sections.ts";
import { factsQuestion, judgeFacts, listQuestion } from "./judge-each.ts";
import {
  emptyJudgement,
  type JudgeQuestion,
  type JudgeWords,
  judgeOptions,
  rationale,
  wordsOf,
} from "./judge-prompt.ts";

const verdictSchema = z.object({ rationale, verdict: z.enum(["correct", "incorrect"]) });

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
        const expected = expectedAnswer(judgement.example, "correctness");
        const actual = judgedAnswer(judgement);
        if (actual.trim() === expected.trim()) return { value: 1 };
        if (actual.trim() === "") {
          return { value: 0, feedback: `expected ${quote(expected)}, got an empty answer` };
        }
        const asked = question(judgement, expected, words);
        const verdict = await askJudge("correctness", judgement, asked, verdictSchema);
        if (verdict.verdict === "correct") return { value: 1, feedback: verdict.rationale };
        const difference = `expected ${quote(expected)}, got ${quote(actual)}`;
        return { value: 0, feedback: `${difference}; judged incorrect: ${verdict.rationale}` };
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
    sections: [
      inputSection(judgement.example),
      { title: sectionTitles.expected, text: expected },
      { title: sectionTitles.actual, text: judgedAnswer(judgement) },
    ],
    reply: '{"rationale": "<one or two sentences>", "verdict": "correct" or "incorrect"}',
  };
}
