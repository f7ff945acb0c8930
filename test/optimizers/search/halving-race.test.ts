import { expect, it } from "vitest";
import type { Candidate } from "../../../src/core/prompt/candidate.ts";
import { createRandom } from "../../../src/core/random.ts";
import { canStillWin, halvingRace, mixedOrder } from "../../../src/optimizers/search/halving-race.ts";
import { createScorecards } from "../../../src/optimizers/search/scorecards.ts";
import { allRules, promptOf, searchWorld } from "../../support/search-world.ts";

async function openRace(stated: readonly (readonly string[])[], rolloutsLeft = Infinity) {
  const world = searchWorld({ rowsPerPart: 32 });
  const { lab, task } = world;
  const challengers = stated.map((rules, at) => world.draft(promptOf(rules, ` ${at}`)));
  const cards = createScorecards(lab);
  await cards.measure(task.seed, task.validation);
  const measuredBefore = cards.rollouts;
  const spending = {
    get rolloutsLeft() {
      return rolloutsLeft - (cards.rollouts - measuredBefore);
    },
  };
  const rows = mixedOrder(task.validation, (row) => cards.score(task.seed.id, row), createRandom(1));
  const race = () =>
    halvingRace({ cards, spending, leader: task.seed, challengers, rows, firstRows: 4, errorLevel: 0.25 });
  const measured = (one: Candidate) => task.validation.filter((row) => cards.isMeasured(one.id, row)).length;
  return { race, measured, challengers };
}

it("drops the worse half at every check and runs the winner on all rows", async () => {
  const { race, measured, challengers } = await openRace([
    ["r1"],
    ["r1", "r2"],
    allRules,
    ["r1", "r2", "r3", "r4"],
  ]);
  const ends = await race();
  expect(ends.map(({ challenger }) => challenger)).toEqual(challengers);
  expect(ends[2]).toMatchObject({ end: "better", rows: 32 });
  expect(challengers.map(measured)).toEqual(ends.map(({ rows }) => rows));
  expect(ends.filter(({ rows }) => rows === 4).length).toBeGreaterThanOrEqual(2);
  expect(ends.filter(({ end }) => end === "better")).toHaveLength(1);
});

it("stops candidates that cannot win", async () => {
  const { race } = await openRace([[], []]);
  for (const { end, rows } of await race()) {
    expect(["not_better", "overtaken"]).toContain(end);
    expect(rows).toBeLessThan(32);
  }
});

it.each([0, 31, 32, 40, 47, 60])("spends at most the %i remaining rollouts", async (left) => {
  const { race, measured, challengers } = await openRace([allRules, ["r1", "r2"], allRules.slice(1)], left);
  const ends = await race();
  const spent = challengers.reduce((sum, one) => sum + measured(one), 0);
  expect(spent).toBeLessThanOrEqual(left);
  // Every candidate that begins can finish: a budget for one is never split.
  expect(ends.some(({ end }) => end === "better")).toBe(left >= 32);
  if (left < 32) expect(ends.map(({ end }) => end)).toEqual(Array(3).fill("unaffordable"));
});

it.each([
  ["nothing seen, room left", [], [1, 1, 1], true],
  ["nothing left to win", [0, 0, 0], [0, 0], false],
  ["a lead", [1, 0, 1], [0, 0], true],
  ["far behind", [-1, -1, -1, 0, -1], [1, 1, 1, 1, 1, 1], false],
  ["a little behind, with room", [-1, 0, 1, 0], [1, 1, 1, 1, 1, 1], true],
] as const)("with %s, can it still win?", (_, differences, rooms, expected) => {
  expect(canStillWin(differences, rooms, 3, 0.25)).toBe(expected);
});

it("mixes failures and successes so that any prefix has its share of both", () => {
  const { task } = searchWorld({ rowsPerPart: 30 });
  const failing = new Set(task.validation.slice(0, 10));
  const order = mixedOrder(task.validation, (row) => (failing.has(row) ? 0 : 1), createRandom(1));
  expect(new Set(order)).toEqual(new Set(task.validation));
  for (const count of [6, 12, 18, 24]) {
    const share = order.slice(0, count).filter((row) => failing.has(row)).length / count;
    expect(share).toBeCloseTo(1 / 3, 0);
  }
});
