import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "../../src/core/random.ts";
import { comparePaired } from "../../src/core/statistics/paired-comparison.ts";
import { decide, type Verdict } from "../../src/run/gate/verdict.ts";
import { planOf } from "../support/lab-world.ts";

// Two equal prompts, each scored once on the same rows: any difference at the gate is chance. Rows vary in
// difficulty, like real ones.

type Draw = (random: Random, difficulty: number) => number;

const binary: Draw = (random, difficulty) => (random.next() < difficulty ? 1 : 0);
// Quarters, as judges rate.
const graded: Draw = (random, difficulty) => {
  const votes = [0, 0, 0, 0].map(() => binary(random, difficulty));
  return votes.reduce((sum, vote) => sum + vote, 0) / votes.length;
};

function verdicts(draw: Draw, accuracy: number, rows: number, runs: number): readonly Verdict["status"][] {
  const plan = planOf();
  return Array.from({ length: runs }, (_, run) => {
    const random = createRandom(`gate/${accuracy}/${rows}/${run}`);
    const spread = Math.min(accuracy, 1 - accuracy);
    const difficulties = Array.from({ length: rows }, () => accuracy + spread * (2 * random.next() - 1));
    const side = () => difficulties.map((difficulty) => draw(random, difficulty));
    const [base, optimized] = [side(), side()];
    const comparison = comparePaired(base, optimized, { confidence: plan.gate.confidence, seed: run });
    const meanOf = (scores: readonly number[]) => scores.reduce((sum, score) => sum + score, 0) / rows;
    const test = { ...comparison, base: meanOf(base), optimized: meanOf(optimized), rowsFailed: 0 };
    return decide(plan, { test, isUnsplit: false, isBaseBest: false, isBasePerfect: false }).status;
  });
}

const shareOf = (statuses: readonly string[], wanted: string) =>
  statuses.filter((status) => status === wanted).length / statuses.length;

describe("two equal prompts at the gate", () => {
  it.each([
    ["right or wrong", binary, 0.6, 30, 2000],
    ["right or wrong", binary, 0.6, 200, 2000],
    ["right or wrong", binary, 0.9, 50, 2000],
    ["right or wrong", binary, 0.2, 50, 2000],
    ["graded", graded, 0.6, 30, 300],
    ["graded", graded, 0.9, 50, 300],
  ] as const)("%s, %#: at most one in twenty passes", (_, draw, accuracy, rows, runs) => {
    const statuses = verdicts(draw, accuracy, rows, runs);
    expect(shareOf(statuses, "improved")).toBeLessThanOrEqual(0.05);
    expect(shareOf(statuses, "regressed")).toBeLessThanOrEqual(0.05);
  });

  it("detects a prompt that is better by a fifth", () => {
    const plan = planOf();
    const runs = Array.from({ length: 500 }, (_, run) => {
      const random = createRandom(`gate/gain/${run}`);
      const side = (accuracy: number) => Array.from({ length: 100 }, () => binary(random, accuracy));
      const comparison = comparePaired(side(0.6), side(0.8), { confidence: 0.95, seed: run });
      const test = { ...comparison, base: 0.6, optimized: 0.8, rowsFailed: 0 };
      return decide(plan, { test, isUnsplit: false, isBaseBest: false, isBasePerfect: false }).status;
    });
    expect(shareOf(runs, "improved")).toBeGreaterThanOrEqual(0.8);
  });
});
