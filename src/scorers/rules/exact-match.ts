import { z } from "zod";
import { defineScorer } from "../../plugins/define.ts";
import { expectedAnswer } from "../expected-answer.ts";
import { describeDifference } from "../text/describe-difference.ts";
import { foldText } from "../text/fold-text.ts";
import { ruleScorer } from "./rule-scorer.ts";

/** 1 if the answer equals the expected one; surrounding white space never counts. */
export const exactMatch = defineScorer({
  name: "exact_match",
  summary: "the answer equals the expected one",
  options: z.strictObject({
    ignore_case: z.boolean().default(false).describe("Ignore upper and lower case."),
    ignore_space: z.boolean().default(false).describe("Treat runs of white space as one space."),
    ignore_punctuation: z.boolean().default(false).describe("Ignore punctuation."),
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
