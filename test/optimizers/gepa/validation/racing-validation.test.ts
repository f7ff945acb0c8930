import { expect, test } from "vitest";
import { raceChallengers } from "../../../../src/optimizers/gepa/validation/racing-validation.ts";
import { openRowOrder } from "../../../../src/optimizers/gepa/validation/row-order.ts";
import { allRules, promptOf, type SearchWorldOptions } from "../../../support/search-world.ts";
import { openSearchWorld } from "../open-search.ts";

async function raceOf(
  stated: readonly (readonly string[])[],
  oneAtATime: boolean,
  world: SearchWorldOptions = {},
) {
  const opened = await openSearchWorld({}, { statedBySeed: ["r1", "r2"], rowsPerPart: 40, ...world });
  const challengers = stated.map((rules, at) => opened.draft(promptOf(rules, ` Challenger ${at}.`)));
  const rowOrder = openRowOrder(opened.search);
  const results = await raceChallengers(opened.search, rowOrder, challengers, oneAtATime);
  return {
    ...opened,
    challengers,
    results,
    byChallenger: challengers.map((c) => results.find((r) => r.challenger === c)),
  };
}

test.each([true, false])(
  "each challenger has one result, and the better one wins (one at a time: %s)",
  async (one) => {
    const { results, byChallenger, validationOf, task } = await raceOf([[], allRules, ["r1"]], one);
    expect(results).toHaveLength(3);
    expect(byChallenger.map((result) => result?.end === "better")).toEqual([false, true, false]);
    expect(byChallenger[1]?.rows).toBe(task.validation.length);
    expect(validationOf(byChallenger[1]?.challenger.id ?? "")).toBe(1);
  },
);

test("a losing challenger stops before it has run on all rows", async () => {
  const { byChallenger, target, task } = await raceOf([[]], false);
  expect(byChallenger[0]?.rows).toBeLessThan(task.validation.length);
  expect(target.asked).toHaveLength(task.validation.length + (byChallenger[0]?.rows ?? 0));
});

test("one at a time, the first win ends the race for equal challengers", async () => {
  const { results } = await raceOf([allRules, allRules], true);
  expect(results.map(({ end }) => end)).toEqual(["better", "overtaken"]);
});

test("in parallel, every challenger runs to its own end", async () => {
  const { results } = await raceOf([allRules, allRules], false);
  expect(results.map(({ end }) => end)).toEqual(["better", "better"]);
});

test("no challenger continues if the budget does not cover the rest of the rows", async () => {
  const { results, target, task } = await raceOf([allRules], true, { caps: { calls: 60 } });
  expect(results).toMatchObject([{ end: "unaffordable" }]);
  expect(target.asked.length).toBeLessThan(60);
  expect(results[0]?.rows).toBe(target.asked.length - task.validation.length);
});

test("returns nothing without challengers", async () => {
  expect((await raceOf([], true)).results).toEqual([]);
});
