import { z } from "zod";
import type { Judgement } from "../../contracts/scorer.ts";
import type { Example } from "../../core/data/example.ts";
import { ScorerError } from "../../core/errors.ts";
import { defineScorer } from "../../plugins/define.ts";
import { rowPlace, unusableRow } from "../expected-answer.ts";
import { listSome, quote } from "../text/quote.ts";
import { callsPerQuestion, judgeOverhead } from "./ask-judge.ts";
import { inputSection, judgedAnswer, numberedSection, sectionTitles } from "./data-sections.ts";
import { judgeEach, type ListQuestion, listQuestion } from "./judge-each.ts";
import { emptyJudgement, type JudgeWords, judgeOptions, wordsOf } from "./judge-prompt.ts";

const textList = z.array(z.string().trim().min(1));

/**
 * Share of the guidelines that the answer follows, according to a judge: those of the options, then those of the
 * row.
 */
export const guidelines = defineScorer({
  name: "guidelines",
  summary: "a judge finds your guidelines followed",
  options: z.strictObject({
    guidelines: textList
      .default([])
      .describe("Rules for every answer, one sentence each. The row's expectations.guidelines are added."),
    all: z.boolean().default(false).describe("Score 1 if all guidelines are followed, else 0."),
    ...judgeOptions,
  }),
  create(options) {
    const shared = judgeOverhead(listQuestion(question(emptyJudgement, options.guidelines, options)));
    const own = numberedSection(sectionTitles.guidelines, options.guidelines).text;
    return {
      judgeCalls: callsPerQuestion,
      judgeOverheadTokens: shared + Buffer.byteLength(own),
      async score(judgement) {
        const rules = [...options.guidelines, ...rowGuidelines(judgement.example)];
        if (rules.length === 0) {
          const hint = "list them under the option `guidelines`, or in the row as expectations.guidelines";
          throw unusableRow(
            judgement.example,
            "guidelines",
            "no guidelines, and the options have none either",
            hint,
          );
        }
        const verdicts = await judgeEach("guidelines", judgement, question(judgement, rules, options));
        const followed = verdicts.filter(({ isGood }) => isGood).length;
        const parts = Object.fromEntries(
          verdicts.map(({ isGood }, at) => [`guideline_${at + 1}`, Number(isGood)]),
        );
        const broken = verdicts.flatMap(({ isGood, rationale }, at) =>
          isGood ? [] : [`broken: ${quote(rules[at] ?? "", 120)} (${rationale})`],
        );
        const count = `${followed} of ${rules.length} guidelines are followed`;
        const share = followed / rules.length;
        return {
          value: options.all ? Math.floor(share) : share,
          feedback: broken.length === 0 ? count : `${count}; ${listSome(broken, "; ", 10)}`,
          parts,
        };
      },
    };
  },
});

function question(judgement: Judgement, rules: readonly string[], words: JudgeWords): ListQuestion {
  return {
    task:
      'Decide for each of the numbered rules under "Guidelines" whether the text under "Actual answer" follows it. ' +
      'A rule is "followed" when the answer keeps it, or when it does not apply to this answer; it is "broken" when ' +
      "any part of the answer goes against it. Judge each rule by itself.",
    ...wordsOf(words),
    sections: [
      inputSection(judgement.example),
      numberedSection(sectionTitles.guidelines, rules),
      { title: sectionTitles.actual, text: judgedAnswer(judgement) },
    ],
    count: rules.length,
    verdicts: ["followed", "broken"],
  };
}

function rowGuidelines(example: Example): readonly string[] {
  const given = example.expectations.guidelines ?? [];
  const parsed = textList.safeParse(typeof given === "string" ? [given] : given);
  if (parsed.success) return parsed.data;
  throw new ScorerError(
    `${rowPlace(example)}: scorer guidelines: expectations.guidelines must be a string or a list of strings`,
    { hint: "write expectations.guidelines as a list of sentences" },
  );
}
