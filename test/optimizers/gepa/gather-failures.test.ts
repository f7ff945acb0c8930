import { expect, test } from "vitest";
import { gatherFailures } from "../../../src/optimizers/gepa/gather-failures.ts";
import { allRules } from "../../support/search-world.ts";
import { openSearchWorld } from "./open-search.ts";

const isRight = ({ score }: { readonly score?: { readonly value: number } }) => score?.value === 1;

test("a lesson has at most a minibatch of failures and at most one success", async () => {
  const { search, task } = await openSearchWorld(
    { minibatch_size: 3 },
    { statedBySeed: allRules.slice(0, 4) },
  );
  const [lesson] = await gatherFailures(search, task.seed, 1);
  const { outcomes = [], minibatch = [] } = lesson ?? {};
  const successes = outcomes.filter(isRight);
  expect(outcomes.length - successes.length).toBeGreaterThan(0);
  expect(outcomes.length - successes.length).toBeLessThanOrEqual(3);
  expect(successes.length).toBeLessThanOrEqual(1);
  expect(outcomes.slice(-1).map(isRight)).toEqual([successes.length === 1]);
  const train = new Set(task.train);
  expect([...minibatch, ...outcomes.map(({ example }) => example)].filter((row) => !train.has(row))).toEqual(
    [],
  );
});

test("least-shown failures come first, and rows are paid for once", async () => {
  const { search, task, target } = await openSearchWorld({ minibatch_size: 3 }, { statedBySeed: [] });
  const lessons = await gatherFailures(search, task.seed, task.train.length / 3);
  const shown = lessons.flatMap(({ outcomes }) => outcomes.map(({ example }) => example.id));
  expect(shown.sort()).toEqual(task.train.map(({ id }) => id).sort());
  const [again] = await gatherFailures(search, task.seed, 1);
  expect(again?.outcomes).toHaveLength(3);
  expect(again?.minibatch).toEqual(again?.outcomes.map(({ example }) => example));
  expect(target.asked).toHaveLength(task.validation.length + task.train.length);
});

test("the rows of all rewrites of a parent are asked for at once", async () => {
  const { search, task, target } = await openSearchWorld(
    { minibatch_size: 3 },
    { statedBySeed: [], rowsPerPart: 40 },
  );
  const gathering = gatherFailures(search, task.seed, 4);
  await new Promise((resolve) => setImmediate(resolve));
  expect(target.asked).toHaveLength(task.validation.length + 12);
  const lessons = await gathering;
  expect(lessons).toHaveLength(4);
  const rows = lessons.flatMap(({ minibatch }) => minibatch);
  expect(new Set(rows).size).toBe(12);
});

test("a parent without failures gives no lesson and is not run on all rows", async () => {
  const { search, task, target } = await openSearchWorld(
    { minibatch_size: 2 },
    { statedBySeed: allRules, rowsPerPart: 40 },
  );
  expect(await gatherFailures(search, task.seed, 1)).toMatchObject([{ outcomes: [] }]);
  expect(target.asked.length).toBeLessThan(task.validation.length + task.train.length);
});
