import { z } from "zod";
import type { Score } from "../../contracts/scorer.ts";
import { defineScorer } from "../../plugins/define.ts";
import { expectedAnswer } from "../expected-answer.ts";
import { quote, quoteList } from "../text/quote.ts";
import { ruleScorer } from "./rule-scorer.ts";

/**
 * F1 of the words shared by the answer and the expected answer (as in SQuAD, Rajpurkar et al. 2016, but without
 * dropping articles): the harmonic mean of the share of expected words found and the share of answer words that
 * were expected.
 */
export const similarity = defineScorer({
  name: "similarity",
  summary: "share of words in common with the expected answer (token F1)",
  options: z.strictObject({
    ignore_case: z.boolean().default(true).describe("Ignore upper and lower case."),
    threshold: z
      .number()
      .gt(0)
      .max(1)
      .optional()
      .describe("Score 1 if the F1 is at least this value, else 0. Default: the F1 itself."),
  }),
  create(options) {
    return ruleScorer(({ example, output }) => {
      const expected = expectedAnswer(example, "similarity");
      const fold = (text: string) => (options.ignore_case ? text.toLowerCase() : text);
      const compared = compareWords(wordsOf(fold(expected)), wordsOf(fold(output)));
      const isEqual = fold(expected).trim() === fold(output).trim();
      const f1 = isEqual ? 1 : compared.f1;
      const parts = { precision: isEqual ? 1 : compared.precision, recall: isEqual ? 1 : compared.recall };
      const value = options.threshold === undefined ? f1 : Number(f1 >= options.threshold);
      if (value === 1) return { value, parts };
      return { value, parts, feedback: describe(expected, output, compared, f1) } satisfies Score;
    });
  },
});

interface Comparison {
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

function compareWords(expected: readonly string[], got: readonly string[]): Comparison {
  const missing = without(expected, got);
  const extra = without(got, expected);
  const shared = expected.length - missing.length;
  const total = expected.length + got.length;
  return {
    f1: total === 0 ? 0 : (2 * shared) / total,
    precision: got.length === 0 ? 0 : shared / got.length,
    recall: expected.length === 0 ? 0 : shared / expected.length,
    missing,
    extra,
  };
}

/** Words of one list without a counterpart in the other; a repeated word needs two. */
function without(words: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const word of others) left.set(word, (left.get(word) ?? 0) + 1);
  return words.filter((word) => {
    const count = left.get(word) ?? 0;
    left.set(word, count - 1);
    return count <= 0;
  });
}

/** Runs of letters and digits; in scripts without spaces, each character is a word. */
function wordsOf(text: string): string[] {
  const spaced = text.replace(
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu,
    " $& ",
  );
  return spaced.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}

function describe(expected: string, output: string, { missing, extra }: Comparison, f1: number): string {
  const differences = [
    ...(missing.length === 0 ? [] : [`missing words: ${quoteList([...new Set(missing)])}`]),
    ...(extra.length === 0 ? [] : [`words too many: ${quoteList([...new Set(extra)])}`]),
  ];
  const summary = `expected ${quote(expected)}, got ${quote(output)}; word overlap (F1) ${f1.toFixed(2)}`;
  return [summary, ...differences].join("; ");
}
