import { expect, test } from "vitest";
import { raceStatus } from "../../../../src/optimizers/gepa/validation/racing-validation.ts";
import { openRowOrder } from "../../../../src/optimizers/gepa/validation/row-order.ts";
import { allRules, promptOf } from "../../../support/search-world.ts";
import { openSearchWorld } from "../open-search.ts";

async function outlookOf(stated: readonly string[], rows: number, statedBySeed: readonly string[] = ["r1"]) {
  const { search, draft } = await openSearchWorld({}, { rowsPerPart: 40, statedBySeed });
  const challenger = draft(promptOf(stated, " Once more."));
  const rowOrder = openRowOrder(search);
  await search.cards.measure(challenger, rowOrder.rows.slice(0, rows));
  return raceStatus(search, rowOrder, challenger, rows);
}

test("a race is won only on the last row", async () => {
  expect(await outlookOf(allRules, 39)).toBe("open");
  expect(await outlookOf(allRules, 40)).toBe("won");
});

test("a challenger that only loses drops out early", async () => {
  expect(await outlookOf([], 8, allRules.slice(0, 4))).toBe("lost");
});

test("without a win on the failures, the rest need not be run", async () => {
  // The leader seldom fails, so its failures come first.
  const leader = allRules.slice(0, 5);
  expect(await outlookOf(leader, 16, leader)).toBe("lost");
});

test("an equal text has lost after all rows", async () => {
  expect(await outlookOf(["r1"], 40)).toBe("lost");
});
