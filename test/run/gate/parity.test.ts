import { describe, expect, test } from "vitest";
import { comparePairs, rowResults } from "../../../src/run/gate/gate.ts";
import { compareWithSource } from "../../../src/run/gate/measure-gate.ts";
import type { MeasuredOutcome } from "../../../src/run/lab/evaluation-context.ts";
import { planOf, rows } from "../../support/lab-world.ts";

const outcomes = (scores: readonly (number | null)[], latencyMs = 10): MeasuredOutcome[] =>
  rows(scores.length).map((example, at) => {
    const value = scores[at] ?? null;
    const base = { example, output: `answer ${at}`, latencyMs };
    return value === null
      ? { ...base, error: { code: "scorer_failed", message: "no verdict" } }
      : { ...base, score: { value, feedback: "why" } };
  });

describe("pairs", () => {
  test("means cover rows scored on both sides; the others widen the interval", () => {
    const scores = comparePairs(outcomes([0, 0, null, 1]), outcomes([1, 1, 1, null]), {
      confidence: 0.95,
      seed: 1,
    });
    expect(scores).toMatchObject({
      base: 0,
      optimized: 1,
      difference: 1,
      rows: 4,
      rowsFailed: 2,
      failed: { base: 1, optimized: 1 },
      method: "mcnemar-newcombe",
    });
  });

  test("rows keep both answers with their feedback and errors", () => {
    const [row] = rowResults(outcomes([1]), outcomes([null]), outcomes([0]));
    expect(row).toEqual({
      example: "row-0",
      inputs: { text: "text 0" },
      expected: "yes",
      base: { output: "answer 0", score: 1, feedback: "why", error: null },
      optimized: { output: "answer 0", score: null, feedback: null, error: "no verdict" },
      source: { output: "answer 0", score: 0, feedback: "why", error: null },
    });
  });
});

test("parity is optimized over source on the same rows, with cost and latency of both", () => {
  const costing = (usd: number, given: ReturnType<typeof outcomes>) =>
    given.map((outcome) => ({ ...outcome, output: "x", cost: { outputTokens: 1, usd } }));
  const source = compareWithSource(
    costing(1, outcomes([1, 1, 0, 1, null], 20)),
    costing(8, outcomes([1, 0, 1, 1, 1], 80)),
    { plan: planOf() },
  );
  expect(source).toMatchObject({
    score: 0.75,
    parity: 1,
    rows: 4,
    usd: 8,
    targetUsd: 1,
    latencyMs: 80,
    targetLatencyMs: 20,
  });
  expect(source.interval[0]).toBeLessThan(1);
  expect(source.interval[1]).toBeGreaterThan(1);
});
