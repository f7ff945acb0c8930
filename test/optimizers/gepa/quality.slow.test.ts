import { expect, test } from "vitest";
import type { OptimizationTask } from "../../../src/contracts/optimizer.ts";
import { searchInMemory } from "../../bench/worlds/in-memory.ts";
import { worldNamed } from "../../bench/worlds/world-spec.ts";

// The worlds of test/bench without a network and without noise: the true quality of the prompts that searches
// return. The bounds are slightly below the reached values, so that a change of wording passes and a
// regression fails.
const seeds = Array.from({ length: 20 }, (_, seed) => seed);
const byBudget: Partial<OptimizationTask["limits"]> = {};
const threeSteps = { maxSteps: 3 };

test.each([
  ["reference", 300, byBudget, 0.85],
  ["reference", 400, byBudget, 0.9],
  ["reference", 1000, byBudget, 0.94],
  ["noisy", 1000, byBudget, 0.91],
  ["slow", 1000, byBudget, 0.8],
  ["false", 1000, byBudget, 0.88],
  ["mature", 1000, byBudget, 0.91],
  ["reference", Number.POSITIVE_INFINITY, threeSteps, 0.88],
  ["noisy", Number.POSITIVE_INFINITY, threeSteps, 0.86],
] as const)("world %s, %d calls, %o: true accuracy of at least %d", async (name, calls, limits, bound) => {
  const world = worldNamed(name);
  const found = await Promise.all(seeds.map((seed) => searchInMemory({ world, seed, calls, limits })));
  const mean = found.reduce((sum, { accuracy }) => sum + accuracy, 0) / seeds.length;
  expect(mean).toBeGreaterThanOrEqual(bound);
});
