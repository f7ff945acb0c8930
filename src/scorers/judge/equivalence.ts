import { z } from "zod";
import type { Judgement } from "../../contracts/scorer.ts";
import { defineScorer } from "../../plugins/define.ts";
import { findExpectedAnswer } from "../expected-answer.ts";
import { callsPerQuestion, judgeOverhead } from "./ask-judge.ts";
import { judgeFacts } from "./judge-each.ts";
import { expectedSections, judgeExpected } from "./judge-expected.ts";
import {
  emptyJudgement,
  type JudgeQuestion,
  type JudgeWords,
  judgeOptions,
  wordsOf,
} from "./judge-prompt.ts";

/**
 * 1 if a judge finds the answer equivalent to the expected one: same meaning and, by default, same format. An
 * identical or empty answer needs no judge. A row with only expected facts is judged by those, as in
 * `correctness`.
 */
export const equivalence = defineScorer({
  name: "equivalence",
  summary: "a judge finds the answer equivalent to the expected one",
  options: z.strictObject({
    same_format: z
      .boolean()
      .default(true)
      .describe("The format (JSON, one word, a list …) must be the same too."),
    ...judgeOptions,
  }),
  create(options) {
    return {
      judgeCalls: callsPerQuestion,
      judgeOverheadTokens: judgeOverhead(question(emptyJudgement, "", options)),
      async score(judgement) {
        const { example } = judgement;
        if (findExpectedAnswer(example) === undefined && (example.expectedFacts ?? []).length > 0) {
          return judgeFacts("equivalence", judgement, options);
        }
        return judgeExpected(
          "equivalence",
          judgement,
          { right: "equivalent", wrong: "different" },
          (expected) => question(judgement, expected, options),
        );
      },
    };
  },
});

function question(
  judgement: Judgement,
  expected: string,
  options: JudgeWords & { readonly same_format: boolean },
): JudgeQuestion {
  const format = options.same_format
    ? " and has the same format (one word stays one word, JSON stays JSON with the same keys, a list stays a list); " +
      "wording, letter case and white space may differ"
    : "; wording, order and format may differ";
  return {
    task:
      'Decide whether the text under "Actual answer" is equivalent to the text under "Expected answer". ' +
      `It is "equivalent" when it has the same meaning${format}. It is "different" when it says something else, ` +
      "leaves out something that matters or adds something that matters.",
    ...wordsOf(options),
    sections: expectedSections(judgement, expected),
    // The form of the reply states that any format will do, so that readers need only the form.
    reply:
      '{"rationale": "<one or two sentences: what differs, or why nothing does>", ' +
      `${options.same_format ? "" : '"any_format": true, '}"verdict": "equivalent" or "different"}`,
  };
}
