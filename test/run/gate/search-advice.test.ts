import { describe, expect, test } from "vitest";
import { searchAdvice } from "../../../src/run/gate/search-advice.ts";
import { planOf } from "../../support/lab-world.ts";

const end = { stopped: null, steps: 2, asked: 20, refused: {}, baseMean: 0.5 } as const;
const { data } = planOf();
const plan = planOf({
  data: { ...data, parts: { train: 40, validation: 30, test: 30 } },
  budget: { calls: 200 },
  models: { target: "small", reflection: "writer", judge: "small" },
});

describe("advice on a search", () => {
  test("without a lack is none", () => {
    expect(searchAdvice(plan, end)).toEqual([]);
  });

  test("names the budget that ended it", () => {
    expect(searchAdvice(plan, { ...end, stopped: "budget_calls" })[0]).toMatch(
      /^the budget ended the search after step 2( of \d+)?: raise `budget: \{ calls: 200 \}`$/,
    );
    // A limit of the command line is no key of the config.
    expect(searchAdvice(plan, { ...end, stopped: "budget_usd" })).toEqual([]);
  });

  test("names the reflection model if most of its replies were of no use, and the cause", () => {
    expect(searchAdvice(plan, { ...end, refused: { unchanged: 8, same_text: 6, contract: 1 } })).toEqual([
      "14 of 20 rewrites repeated a known text: name another reflection_model than `writer`, or add rows that show what is missing",
    ]);
    expect(searchAdvice(plan, { ...end, refused: { cut_off: 15 } })).toEqual([
      "15 of 20 rewrites were cut off: raise `max_tokens` of reflection model `writer`",
    ]);
    expect(searchAdvice(plan, { ...end, asked: 4, refused: { cut_off: 4 } })).toEqual([]);
  });

  test("says how little is to be gained, and on how few rows", () => {
    expect(searchAdvice(plan, { ...end, baseMean: 0.98 })).toEqual([
      "the base misses less than one of 30 validation rows: add rows that it gets wrong",
    ]);
    const few = planOf({ data: { ...data, parts: { train: 8, validation: 6, test: 6 } } });
    expect(searchAdvice(few, end)).toEqual([
      "only 6 validation rows chose the winner: add rows, or raise the split's validation share",
    ]);
  });
});
