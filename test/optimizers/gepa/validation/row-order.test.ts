import { expect, test } from "vitest";
import { openRowOrder } from "../../../../src/optimizers/gepa/validation/row-order.ts";
import { allRules } from "../../../support/search-world.ts";
import { openSearchWorld } from "../open-search.ts";

async function orderFor(stated: readonly string[], options: object = {}) {
  const { search, task } = await openSearchWorld(options, { statedBySeed: stated, rowsPerPart: 24 });
  const order = openRowOrder(search);
  return {
    search,
    task,
    order,
    isFailure: order.rows.map((row) => search.cards.score(task.seed.id, row) === 0),
  };
}

test("has every row once, in the same order for every challenger", async () => {
  const { search, task, order } = await orderFor(["r1", "r2", "r3"]);
  expect(order.rows.map(({ id }) => id).sort()).toEqual(task.validation.map(({ id }) => id).sort());
  expect(openRowOrder(search)).toEqual(order);
});

test.each([0, 2, 4])("starts with the failures of a leader that states %i rules", async (stated) => {
  const { isFailure } = await orderFor(allRules.slice(0, stated));
  const failures = isFailure.filter(Boolean).length;
  expect(failures).toBeGreaterThan(0);
  expect(isFailure.slice(0, failures)).not.toContain(false);
});

test("the first check comes after two blocks, or after all rows with validation: full", async () => {
  expect((await orderFor(["r1"], { block_size: 3 })).order.firstBlock).toBe(6);
  expect((await orderFor(["r1"], { validation: "full" })).order.firstBlock).toBe(24);
});
