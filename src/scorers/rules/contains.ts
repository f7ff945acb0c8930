import { z } from "zod";
import { defineScorer } from "../../plugins/define.ts";
import { expectedAnswer } from "../expected-answer.ts";
import { foldText, wholeWordPattern } from "../text/fold-text.ts";
import { quote, quoteList } from "../text/quote.ts";
import { ruleScorer } from "./rule-scorer.ts";

const textList = z.array(z.string().trim().min(1)).min(1);

/** 1 if the answer contains the wanted texts and none of the unwanted ones. */
export const contains = defineScorer({
  name: "contains",
  summary: "the answer contains the expected answer, or texts you list",
  options: z.strictObject({
    texts: textList
      .optional()
      .describe("Texts the answer must contain. Default: the row's expected answer (none with `absent`)."),
    absent: textList.optional().describe("Texts the answer must not contain."),
    mode: z
      .enum(["all", "any"])
      .default("all")
      .describe("Whether the answer needs `all` of the texts or `any` of them."),
    whole_word: z.boolean().default(false).describe("A text counts only as whole words."),
    ignore_case: z.boolean().default(false).describe("Ignore upper and lower case."),
    ignore_space: z.boolean().default(false).describe("Treat runs of white space as one space."),
  }),
  create(options) {
    const folding = { ignoreCase: options.ignore_case, ignoreSpace: options.ignore_space };
    const isIn = (text: string, output: string): boolean => {
      if (options.whole_word) return wholeWordPattern([text], options.ignore_case).test(output);
      return foldText(output, folding).includes(foldText(text, folding));
    };
    return ruleScorer(({ example, output }) => {
      const wanted = options.texts ?? (options.absent ? [] : [expectedAnswer(example, "contains")]);
      const missing = wanted.filter((text) => text.trim() !== "" && !isIn(text, output));
      const unwanted = (options.absent ?? []).filter((text) => isIn(text, output));
      const isEnough = options.mode === "all" ? missing.length === 0 : missing.length < wanted.length;
      const problems = [
        ...(isEnough || wanted.length === 0 ? [] : [describeMissing(missing, options.mode)]),
        ...(unwanted.length === 0 ? [] : [`the answer must not contain ${quoteList(unwanted)}`]),
      ];
      if (problems.length === 0) return { value: 1 };
      return { value: 0, feedback: `${problems.join("; ")}; got ${quote(output)}` };
    });
  },
});

function describeMissing(missing: readonly string[], mode: "all" | "any"): string {
  const isChoice = mode === "any" && missing.length > 1;
  return `the answer must contain ${isChoice ? "one of " : ""}${quoteList(missing)}`;
}
