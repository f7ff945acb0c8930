import { expect, test } from "vitest";
import { isPromising, raceChallengers } from "../../../../src/optimizers/gepa/validation/race.ts";
import { openRowOrder } from "../../../../src/optimizers/gepa/validation/row-order.ts";
import { allRules, promptOf, type SearchWorldOptions } from "../../../support/search-world.ts";
import { openSearchWorld } from "../open-search.ts";

async function raceOf(
  stated: readonly (readonly string[])[],
  world: SearchWorldOptions = {},
  options: object = {},
) {
  const given = { statedBySeed: ["r1", "r2"], rowsPerPart: 40, ...world };
  const opened = await openSearchWorld(options, given);
  const challengers = stated.map((rules, at) => opened.draft(promptOf(rules, ` Challenger ${at}.`)));
  const results = await raceChallengers(opened.search, openRowOrder(opened.search), challengers);
  return { ...opened, challengers, results };
}

test("each challenger has one result, and the better one wins", async () => {
  const { results, challengers, validationOf, task } = await raceOf([[], allRules, ["r1"]]);
  expect(results.map(({ challenger }) => challenger)).toEqual(challengers);
  expect(results.map(({ end }) => end === "better")).toEqual([false, true, false]);
  expect(results[1]?.rows).toBe(task.validation.length);
  expect(validationOf(challengers[1]?.id ?? "")).toBe(1);
});

test("a losing challenger stops before it has run on all rows", async () => {
  const { results, target, task } = await raceOf([[]]);
  expect(results[0]?.rows).toBeLessThan(task.validation.length);
  expect(target.asked).toHaveLength(task.validation.length + (results[0]?.rows ?? 0));
});

test("no challenger continues if the budget does not cover the rest of the rows", async () => {
  const { results, target } = await raceOf([allRules], { caps: { calls: 60 } });
  expect(results).toMatchObject([{ end: "unaffordable" }]);
  expect(target.asked).toHaveLength(40);
});

test("returns nothing without challengers", async () => {
  expect((await raceOf([])).results).toEqual([]);
});

// One row won of many is too little at this level, and enough for a rule that compares sums.
test.each([
  ["paired", false],
  ["strict_sum", true],
])("acceptance: %s, a single win is enough: %s", async (acceptance, isEnough) => {
  const { search, task, draft } = await openSearchWorld(
    { acceptance, error_level: 0.1 },
    { statedBySeed: allRules.slice(0, 5), rowsPerPart: 40 },
  );
  const [won] = task.validation.filter((row) => search.cards.score(task.seed.id, row) === 0);
  const better = draft(promptOf(allRules));
  const order = openRowOrder(search);
  const rows = order.rows.filter((row) => row === won || search.cards.score(task.seed.id, row) === 1);
  const [result] = await raceChallengers(search, { ...order, rows }, [better]);
  expect(result?.end === "better").toBe(isEnough);
});

test("without a win on the leader's failures, a rewrite is not promising", async () => {
  const leader = allRules.slice(0, 5);
  const { search, draft } = await openSearchWorld(
    { block_size: 8 },
    { statedBySeed: leader, rowsPerPart: 40 },
  );
  const [same, better] = [draft(promptOf(leader, " Once more.")), draft(promptOf(allRules))];
  const order = openRowOrder(search);
  for (const one of [same, better]) await search.cards.measure(one, order.rows.slice(0, order.firstBlock));
  expect(isPromising(search, order, same)).toBe(false);
  expect(isPromising(search, order, better)).toBe(true);
});
