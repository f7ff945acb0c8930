import { expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.ts";
import { comparisonRows } from "../../../src/optimizers/engine-race/state.ts";
import { rows } from "../../support/lab-world.ts";

it("interleaves failures and successes in proportion, each row once", () => {
  const validation = rows(40);
  const right = new Set(validation.slice(0, 30));
  const ordered = comparisonRows(validation, (row) => (right.has(row) ? 1 : 0), createRandom(1));
  expect(ordered).toHaveLength(40);
  expect(new Set(ordered)).toEqual(new Set(validation));
  for (const count of [8, 16, 24])
    expect(ordered.slice(0, count).filter((row) => right.has(row))).toHaveLength(count * 0.75);
  const shuffled = comparisonRows(validation, (row) => (right.has(row) ? 1 : 0), createRandom(2));
  expect(shuffled).not.toEqual(ordered);
});
