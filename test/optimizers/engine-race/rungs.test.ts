import { expect, it } from "vitest";
import { planRungs } from "../../../src/optimizers/engine-race/rungs.ts";

const options = { exploration: 0.1, eta: 3, rows: 8 };

it("gives all rungs the same cost and keeps one in eta engines", () => {
  const rungs = planRungs(9, 10_000, 60, options);
  expect(rungs.map(({ challengers }) => challengers)).toEqual([9, 3, 1]);
  for (const { challengers, slice } of rungs) expect(challengers * slice).toBeCloseTo(0.1 / 3);
  expect(rungs.map(({ rows }) => rows)).toEqual([8, 24, 60]);
});

it("has fewer rungs, then fewer challengers, then none with a small budget", () => {
  const counts = (calls: number) => planRungs(3, calls, 60, options).map(({ challengers }) => challengers);
  expect(counts(1000)).toEqual([3, 1]);
  expect(counts(500)).toEqual([3]);
  expect(counts(300)).toEqual([2]);
  expect(counts(140)).toEqual([1]);
  expect(counts(139)).toEqual([]);
});

it("uses all engines if calls do not bound the search, and at most the existing rows", () => {
  expect(planRungs(2, Number.POSITIVE_INFINITY, 5, options)).toEqual([
    { challengers: 2, slice: 0.025, rows: 5 },
    { challengers: 1, slice: 0.05, rows: 5 },
  ]);
  expect(planRungs(0, 1000, 60, options)).toEqual([]);
  expect(planRungs(3, 1000, 60, { ...options, exploration: 0 })).toEqual([]);
});
