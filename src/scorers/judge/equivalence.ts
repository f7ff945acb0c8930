import { z } from "zod";
import type { Judgement } from "../../contracts/scorer.ts";
import { defineScorer } from "../../plugins/define.ts";
import { expectedAnswer, findExpectedAnswer } from "../expected-answer.ts";
import { quote } from "../text/quote.ts";
import { askJudge, callsPerQuestion, judgeOverhead } from "./ask-judge.ts";
import { inputSection, judgedAnswer, sectionTitles } from "./data-sections.ts";
import { judgeFacts } from "./judge-each.ts";
import {
  emptyJudgement,
  type JudgeQuestion,
  type JudgeWords,
  judgeOptions,
  rationale,
  wordsOf,
} from "./judge-prompt.ts";

const verdictSchema = z.object({ rationale, verdict: z.enum(["equivalent", "different"]) });

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
        const expected = expectedAnswer(example, "equivalence");
        const actual = judgedAnswer(judgement);
        if (actual.trim() === expected.trim()) return { value: 1 };
        if (actual.trim() === "") {
          return { value: 0, feedback: `expected ${quote(expected)}, got an empty answer` };
        }
        const asked = question(judgement, expected, options);
        const verdict = await askJudge("equivalence", judgement, asked, verdictSchema);
        if (verdict.verdict === "equivalent") return { value: 1, feedback: verdict.rationale };
        const difference = `expected ${quote(expected)}, got ${quote(actual)}`;
        return { value: 0, feedback: `${difference}; judged different: ${verdict.rationale}` };
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
    sections: [
      inputSection(judgement.example),
      { title: sectionTitles.expected, text: expected },
      { title: sectionTitles.actual, text: judgedAnswer(judgement) },
    ],
    // The form of the reply states that any format will do, so that readers need only the form.
    reply:
      '{"rationale": "<one or two sentences: what differs, or why nothing does>", ' +
      `${options.same_format ? "" : '"any_format": true, '}"verdict": "equivalent" or "different"}`,
  };
}
