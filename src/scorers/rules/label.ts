import { z } from "zod";
import type { Judgement, Score } from "../../contracts/scorer.ts";
import { defineScorer } from "../../plugins/define.ts";
import { expectedAnswer, unusableRow } from "../expected-answer.ts";
import { afterCaption, stripDecoration, wholeWordPattern } from "../text/fold-text.ts";
import { quote, quoteList } from "../text/quote.ts";
import { ruleScorer } from "./rule-scorer.ts";

/**
 * 1 if the answer names the expected label and no other. With `labels`, the label may be part of a sentence.
 * Without, other labels are unknown, and an answer that lists them all would look correct. The label must then
 * stand alone, except for quotes, emphasis, a full stop or a caption (`Label: positive.`).
 */
export const label = defineScorer({
  name: "label",
  summary: "the answer names the expected label of a set, and no other",
  options: z
    .strictObject({
      labels: z
        .array(z.string().trim().min(1))
        .min(2)
        .optional()
        .describe("All labels. Default: unknown, and the label must stand alone in the answer."),
      ignore_case: z.boolean().default(true).describe("Ignore upper and lower case."),
    })
    .superRefine(({ labels = [], ignore_case }, context) => {
      const seen = new Map<string, string>();
      for (const name of labels) {
        const key = fold(name, ignore_case);
        const twin = seen.get(key);
        if (twin !== undefined) {
          const message = `${quote(name)} and ${quote(twin)} are the same label${name === twin ? "" : ", as case is ignored"}`;
          context.addIssue({ code: "custom", path: ["labels"], message });
        }
        seen.set(key, name);
      }
    }),
  create({ labels, ignore_case }) {
    if (labels === undefined) return ruleScorer((judgement) => rateAlone(judgement, ignore_case));
    const pattern = wholeWordPattern(labels, ignore_case);
    const byKey = new Map(labels.map((name) => [fold(name, ignore_case), name]));
    return ruleScorer((judgement) => rateAmong(judgement, { byKey, pattern, ignoreCase: ignore_case }));
  },
});

interface LabelSet {
  readonly byKey: ReadonlyMap<string, string>;
  readonly pattern: RegExp;
  readonly ignoreCase: boolean;
}

function rateAmong({ example, output }: Judgement, { byKey, pattern, ignoreCase }: LabelSet): Score {
  const answer = expectedAnswer(example, "label");
  const expected = byKey.get(fold(answer, ignoreCase));
  const all = quoteList([...byKey.values()]);
  if (expected === undefined) {
    const lack = `the expected answer ${quote(answer)}, which is none of the labels ${all}`;
    throw unusableRow(example, "label", lack, "correct the row, or add the label to the option `labels`");
  }
  const named = new Set(
    [...output.matchAll(pattern)].flatMap(([text]) => byKey.get(fold(text, ignoreCase)) ?? []),
  );
  if (named.size === 1 && named.has(expected)) return { value: 1 };
  const start = `expected the label ${quote(expected)}`;
  if (named.size === 0) {
    return { value: 0, feedback: `${start}, got none of the labels (${all}): ${quote(output)}` };
  }
  const got = [...named].map((name) => quote(name));
  const feedback =
    named.size === 1
      ? `${start}, got the label ${got.join("")}: ${quote(output)}`
      : `${start} alone, got several labels (${got.join(", ")}): ${quote(output)}`;
  return { value: 0, feedback };
}

function rateAlone({ example, output }: Judgement, ignoreCase: boolean): Score {
  const expected = expectedAnswer(example, "label");
  const wanted = bare(expected, ignoreCase);
  const caption = afterCaption(output);
  if (
    bare(output, ignoreCase) === wanted ||
    (caption !== undefined && bare(caption, ignoreCase) === wanted)
  ) {
    return { value: 1 };
  }
  const start = `expected the label ${quote(expected.trim())} alone, got ${quote(output)}`;
  const isIn = wanted !== "" && wholeWordPattern([wanted], true).test(output);
  return { value: 0, feedback: isIn ? `${start}; the label is in it, but must stand alone` : start };
}

function bare(text: string, ignoreCase: boolean): string {
  return fold(stripDecoration(text) || text, ignoreCase);
}

function fold(text: string, ignoreCase: boolean): string {
  const plain = text.trim().replace(/\s+/gu, " ");
  return ignoreCase ? plain.toLowerCase() : plain;
}
