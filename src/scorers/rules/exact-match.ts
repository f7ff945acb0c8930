import { z } from "zod";
import { defineScorer } from "../../plugins/define.ts";
import { expectedAnswer } from "../expected-answer.ts";
import { describeDifference } from "../text/describe-difference.ts";
import { foldText } from "../text/fold-text.ts";
import { ruleScorer } from "./rule-scorer.ts";

/** 1 when the answer is the expected one, character by character; blanks around it never count. */
export const exactMatch = defineScorer({
  name: "exact_match",
  summary: "the answer is the expected one, word for word",
  options: z.strictObject({
    ignore_case: z.boolean().default(false).describe("Capital and small letters count as equal."),
    ignore_space: z.boolean().default(false).describe("Runs of white space count as one blank."),
    ignore_punctuation: z.boolean().default(false).describe("Punctuation marks do not count."),
  }),
  create(options) {
    const folding = {
      ignoreCase: options.ignore_case,
      ignoreSpace: options.ignore_space,
      ignorePunctuation: options.ignore_punctuation,
    };
    return ruleScorer(({ example, output }) => {
      const expected = expectedAnswer(example, "exact_match");
      if (foldText(output, folding) === foldText(expected, folding)) return { value: 1 };
      return { value: 0, feedback: describeDifference(expected, output, folding) };
    });
  },
});
