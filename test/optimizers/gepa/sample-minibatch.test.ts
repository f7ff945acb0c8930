import { expect, test } from "vitest";
import { createRandom } from "../../../src/core/random.ts";
import { createMinibatchSampler } from "../../../src/optimizers/gepa/state.ts";
import { rows } from "../../support/lab-world.ts";

const all = () => true;
const ids = (batch: readonly { readonly id: string }[]) => batch.map(({ id }) => id);

test("draws every row once per epoch", () => {
  const train = rows(7);
  const sampler = createMinibatchSampler(train, createRandom(1));
  const dealt = Array.from({ length: 7 }, () => ids(sampler.next(3, all))).flat();
  for (const epoch of [0, 1, 2]) {
    expect(dealt.slice(epoch * 7, epoch * 7 + 7).sort()).toEqual(ids(train).sort());
  }
  expect(dealt.slice(0, 7)).not.toEqual(dealt.slice(7, 14));
});

test("never draws a row twice in one batch, or more rows than wanted", () => {
  const sampler = createMinibatchSampler(rows(4), createRandom(1));
  sampler.next(3, all);
  expect(new Set(ids(sampler.next(4, all))).size).toBe(4);
  expect(sampler.next(9, all)).toHaveLength(4);
  expect(ids(sampler.next(3, ({ id }) => id === "row-2"))).toEqual(["row-2"]);
  expect(sampler.next(3, () => false)).toEqual([]);
  expect(createMinibatchSampler([], createRandom(1)).next(3, all)).toEqual([]);
});

test("draws the same rows from equal seeds", () => {
  const deal = (seed: number) => {
    const sampler = createMinibatchSampler(rows(20), createRandom(seed));
    return Array.from({ length: 9 }, () => ids(sampler.next(3, all)));
  };
  expect(deal(1)).toEqual(deal(1));
  expect(deal(1)).not.toEqual(deal(2));
});
