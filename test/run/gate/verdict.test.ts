import { describe, expect, test } from "vitest";
import type { TestScores } from "../../../src/contracts/run-record.ts";
import { decide } from "../../../src/run/gate/verdict.ts";
import { planOf } from "../../support/lab-world.ts";

const scores = (difference: number, interval: readonly [number, number]): TestScores => ({
  base: 0.5,
  optimized: 0.5 + difference,
  difference,
  interval,
  confidence: 0.95,
  pValue: 0.2,
  method: "mcnemar-newcombe",
  rows: 50,
  rowsFailed: 0,
});
const found = { isUnsplit: false, isBaseBest: false, isBasePerfect: false };
const nextSteps = [
  "collect more diverse rows, including hard cases",
  "try other parameters: more num_candidates or max_steps, another optimizer",
  "try another reflection_model or scorer_model",
];

describe("verdict", () => {
  test("improved needs no advice", () => {
    expect(decide(planOf(), { ...found, test: scores(0.2, [0.05, 0.35]) })).toEqual({
      status: "improved",
      reason: "the 95 % interval of the gain, +0.050 to +0.350 on 50 rows, lies above 0",
      advice: [],
    });
  });

  test("an insignificant gain comes with the number of further rows needed and the next steps", () => {
    const verdict = decide(planOf(), { ...found, test: scores(0.08, [-0.04, 0.2]) });
    expect(verdict.status).toBe("no_proven_improvement");
    expect(verdict.advice[0]).toMatch(/^about \d+ more test rows would show whether the gain is real$/);
    expect(verdict.advice.slice(1)).toEqual(nextSteps);
  });

  test("a gain that no realistic number of rows would show", () => {
    const verdict = decide(planOf(), { ...found, test: scores(0.01, [-0.15, 0.17]) });
    expect(verdict.advice[0]).toBe("no realistic number of rows would show a gain this small");
    // A large dataset can be extended further.
    const { data } = planOf();
    const large = decide(planOf({ data: { ...data, rows: 100_000 } }), {
      ...found,
      test: scores(0.01, [-0.15, 0.17]),
    });
    expect(large.advice[0]).toMatch(/^about \d{5} more test rows/);
  });

  test("a significant gain below min_gain needs no more rows", () => {
    const gate = { mode: "better", minGain: 0.5, margin: 0, confidence: 0.95 } as const;
    const verdict = decide(planOf({ gate }), { ...found, test: scores(0.2, [0.05, 0.35]) });
    expect(verdict).toEqual({
      status: "no_proven_improvement",
      reason: "the gain of +0.200 is smaller than the +0.500 asked for",
      advice: nextSteps,
    });
  });

  test("non_inferior counts the rows needed for its own bar", () => {
    const gate = { mode: "non_inferior", minGain: -0.1, margin: 0.1, confidence: 0.95 } as const;
    expect(decide(planOf({ gate }), { ...found, test: scores(-0.02, [-0.08, 0.04]) }).status).toBe(
      "improved",
    );
    const verdict = decide(planOf({ gate }), { ...found, test: scores(-0.02, [-0.14, 0.1]) });
    expect(verdict.advice[0]).toMatch(/^about \d+ more test rows would show/);
  });

  test("regressed needs no more rows", () => {
    const verdict = decide(planOf(), { ...found, test: scores(-0.3, [-0.4, -0.2]) });
    expect(verdict).toMatchObject({ status: "regressed", advice: nextSteps });
  });

  test("explains a best base, a perfect base, and a lack of rows", () => {
    const explain = (over: Partial<Parameters<typeof decide>[1]>) => {
      const { reason, advice, status } = decide(planOf(), { ...found, test: undefined, ...over });
      expect(status).toBe("no_proven_improvement");
      return [reason, advice[0]];
    };
    expect(explain({ isBaseBest: true, test: scores(0, [-0.1, 0.1]) })).toEqual([
      "the search found no prompt that beats the base on the validation rows",
      nextSteps[0],
    ]);
    expect(explain({ isBaseBest: true, isBasePerfect: true })).toEqual([
      "the base is right on every validation row: these rows leave nothing to improve",
      "add rows the prompt gets wrong",
    ]);
    const few = "collect at least 20, better 50 or more, diverse rows";
    expect(explain({ isUnsplit: true })).toEqual([
      "measured on rows that the optimizer used: 10 rows are too few to hold any back",
      few,
    ]);
    expect(explain({})).toEqual(["no test rows: the split leaves none to verify a gain", few]);
  });
});
