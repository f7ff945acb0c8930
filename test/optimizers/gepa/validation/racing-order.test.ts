import { expect, test } from "vitest";
import { racingOrder } from "../../../../src/optimizers/gepa/validation/row-order.ts";
import { allRules, promptOf } from "../../../support/search-world.ts";
import { openSearchWorld } from "../open-search.ts";

async function orderFor(stated: readonly string[], isMixed: boolean) {
  const { search, task } = await openSearchWorld({}, { statedBySeed: stated, rowsPerPart: 24 });
  const order = racingOrder(search, task.seed, isMixed);
  const isFailure = order.map((row) => search.cards.score(task.seed.id, row) === 0);
  return { search, task, order, isFailure };
}

test.each([true, false])(
  "has every row once, in the same order for every challenger (mixed: %s)",
  async (isMixed) => {
    const { search, task, order } = await orderFor(["r1", "r2", "r3"], isMixed);
    expect(order.map(({ id }) => id).sort()).toEqual(task.validation.map(({ id }) => id).sort());
    expect(racingOrder(search, task.seed, isMixed)).toEqual(order);
  },
);

test("starts with the defender's failures if not mixed", async () => {
  const { isFailure } = await orderFor(allRules.slice(0, 4), false);
  const failures = isFailure.filter(Boolean).length;
  expect(failures).toBeGreaterThan(0);
  expect(isFailure.slice(0, failures)).not.toContain(false);
});

test.each([0, 2, 4, 5])(
  "if mixed, any prefix is a representative sample when the seed states %i rules",
  async (stated) => {
    const { isFailure } = await orderFor(allRules.slice(0, stated), true);
    const share = isFailure.filter(Boolean).length / isFailure.length;
    for (let start = 1; start <= isFailure.length; start++) {
      const found = isFailure.slice(0, start).filter(Boolean).length;
      expect(Math.abs(found - share * start)).toBeLessThanOrEqual(1);
    }
  },
);

test("rows on which the members differ come before the others", async () => {
  const { search, task, draft } = await openSearchWorld({}, { statedBySeed: allRules, rowsPerPart: 24 });
  const other = draft(promptOf(["r1", "r2"]));
  await search.cards.measure(other, task.validation);
  search.members.push(other);
  const scores = racingOrder(search, task.seed, false).map((row) => search.cards.score(other.id, row));
  expect(scores).toEqual([...scores].sort());
  expect(new Set(scores).size).toBe(2);
});
