import { z } from "zod";
import type { Score } from "../../contracts/scorer.ts";
import { estimateTokens } from "../../core/usage.ts";
import { defineScorer } from "../../plugins/define.ts";
import { ruleScorer } from "./rule-scorer.ts";

const bound = (words: string) => z.int().nonnegative().optional().describe(words);
const units = ["chars", "words", "tokens"] as const;
type Unit = (typeof units)[number];

/** 1 if the answer is neither too short nor too long. */
export const length = defineScorer({
  name: "length",
  summary: "the answer stays within limits of characters, words or tokens",
  options: z
    .strictObject({
      min_chars: bound("Minimum characters (Unicode code points, without surrounding white space)."),
      max_chars: bound("Maximum characters."),
      min_words: bound("Minimum words (runs of anything but white space)."),
      max_words: bound("Maximum words."),
      min_tokens: bound("Minimum tokens, estimated as a quarter of the UTF-8 bytes."),
      max_tokens: bound("Maximum tokens, estimated the same way."),
      graded: z
        .boolean()
        .default(false)
        .describe("Outside the limits, lower the score with the distance instead of giving 0."),
    })
    .superRefine((options, context) => {
      const given = units.map((unit) => ({ unit, min: options[`min_${unit}`], max: options[`max_${unit}`] }));
      if (given.every(({ min, max }) => min === undefined && max === undefined)) {
        const keys = units.map((unit) => `min_${unit}, max_${unit}`).join(", ");
        context.addIssue({ code: "custom", message: `set at least one of: ${keys}` });
      }
      for (const { unit, min, max } of given) {
        if (min === undefined || max === undefined || min <= max) continue;
        const message = `min_${unit} (${min}) is above max_${unit} (${max})`;
        context.addIssue({ code: "custom", path: [`min_${unit}`], message });
      }
    }),
  create(options) {
    return ruleScorer(({ output }) => {
      const checks = units.map((unit) =>
        check(unit, count[unit](output.trim()), options[`min_${unit}`], options[`max_${unit}`]),
      );
      const problems = checks.flatMap(({ problem }) => problem ?? []);
      if (problems.length === 0) return { value: 1 };
      const value = options.graded ? Math.min(...checks.map(({ fit }) => fit)) : 0;
      return { value, feedback: problems.join("; ") } satisfies Score;
    });
  },
});

const count: Readonly<Record<Unit, (text: string) => number>> = {
  chars: (text) => {
    let points = 0;
    for (const _ of text) points++;
    return points;
  },
  words: (text) => text.match(/\S+/gu)?.length ?? 0,
  tokens: estimateTokens,
};

const unitWords: Readonly<Record<Unit, string>> = {
  chars: "characters",
  words: "words",
  tokens: "tokens (estimated)",
};

/** 1 within the limits; outside, the ratio to the violated limit. */
function check(
  unit: Unit,
  got: number,
  min = 0,
  max = Number.POSITIVE_INFINITY,
): { fit: number; problem?: string } {
  const subject = `the answer has ${got} ${unitWords[unit]}`;
  if (got < min) return { fit: got / min, problem: `${subject}, at least ${min} are wanted` };
  if (got > max) return { fit: max / got, problem: `${subject}, at most ${max} are allowed` };
  return { fit: 1 };
}
