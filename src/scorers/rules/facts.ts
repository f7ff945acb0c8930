import { z } from "zod";
import type { Example } from "../../core/data/example.ts";
import { defineScorer } from "../../plugins/define.ts";
import { unusableRow } from "../expected-answer.ts";
import { statesFact } from "../text/find-fact.ts";
import { quote, quoteList } from "../text/quote.ts";
import { ruleScorer } from "./rule-scorer.ts";

/** Share of the row's expected facts that appear in the answer. */
export const facts = defineScorer({
  name: "facts",
  summary: "share of the row's expected_facts that are in the answer",
  options: z.strictObject({
    fuzzy: z
      .number()
      .min(0.5)
      .max(1)
      .default(1)
      .describe("Share of a fact's characters that must match; numbers must always match. 1: all of them."),
    all: z.boolean().default(false).describe("Score 1 if all facts are present, else 0."),
  }),
  create(options) {
    return ruleScorer(({ example, output }) => {
      const wanted = factsOfRow(example, "facts");
      const missing = wanted.filter((fact) => !statesFact(output, fact, 1 - options.fuzzy));
      if (missing.length === 0) return { value: 1 };
      const share = (wanted.length - missing.length) / wanted.length;
      const count = `${wanted.length - missing.length} of ${wanted.length} expected facts are in the answer`;
      return {
        value: options.all ? 0 : share,
        feedback: `${count}; missing: ${quoteList(missing)}; got ${quote(output)}`,
      };
    });
  },
});

/** The facts of a row, at least one. Throws ScorerError if it has none. */
export function factsOfRow(example: Example, scorer: string): readonly string[] {
  const wanted = example.expectedFacts ?? [];
  if (wanted.length > 0) return wanted;
  throw unusableRow(
    example,
    scorer,
    "no expected facts",
    "add to the row expectations.expected_facts, a list of texts",
  );
}
