import { expect, test } from "vitest";
import {
  isFarFromGood,
  stepBack,
  validateDeferred,
} from "../../../../src/optimizers/gepa/validation/deferred-validation.ts";
import { allRules, promptOf } from "../../../support/search-world.ts";
import { openSearchWorld } from "../open-search.ts";

const roomy = { rowsPerPart: 40, caps: { calls: 2000 } };

test("a leader that fails often is far from good, one that seldom fails is not", async () => {
  expect(isFarFromGood((await openSearchWorld({}, { ...roomy, statedBySeed: [] })).search)).toBe(true);
  const { search } = await openSearchWorld({}, { ...roomy, statedBySeed: allRules });
  expect(isFarFromGood(search)).toBe(false);
});

test.each([{ merge: "off" }, { merge: "components" }, { acceptance: "strict_sum" }, { validation: "full" }])(
  "validation is not deferred with %o",
  async (options) => {
    const { search } = await openSearchWorld(options, { ...roomy, statedBySeed: [] });
    expect(isFarFromGood(search)).toBe(false);
  },
);

test("ends after two setbacks", async () => {
  const { search } = await openSearchWorld({}, { ...roomy, statedBySeed: [] });
  search.setbacks = 2;
  expect(isFarFromGood(search)).toBe(false);
});

test("goes back to the best pending candidate if a later one does worse on train rows", async () => {
  const { search, draft, task, events } = await openSearchWorld({}, { ...roomy, statedBySeed: [] });
  const [better, worse] = [draft(promptOf(allRules.slice(0, 4))), draft(promptOf(["r6"]))];
  search.pending = [better, worse];
  for (const candidate of [task.seed, better, worse])
    await search.cards.measure(candidate, task.train.slice(0, 20));
  expect(stepBack(search, 3)).toBe(true);
  expect(search.pending).toEqual([better]);
  expect(search.setbacks).toBe(1);
  expect(events).toEqual([
    expect.objectContaining({
      type: "candidate-rejected",
      step: 3,
      candidate: worse.id,
      reason: expect.stringMatching(/^mean on train rows 0\.\d\d, after 0\.\d\d for /),
    }),
  ]);
});

test("continues while pending candidates improve", async () => {
  const { search, draft, task } = await openSearchWorld({}, { ...roomy, statedBySeed: [] });
  const better = draft(promptOf(allRules.slice(0, 4)));
  search.pending = [better];
  for (const candidate of [task.seed, better]) await search.cards.measure(candidate, task.train.slice(0, 10));
  expect(stepBack(search, 2)).toBe(false);
  expect(search.pending).toEqual([better]);
});

test("ends after two steps without a new best, however small the loss", async () => {
  const { search, draft, task } = await openSearchWorld({}, { ...roomy, statedBySeed: [] });
  const line = ["a", "b", "c"].map((note) => draft(promptOf(allRules.slice(0, 4), ` Note ${note}.`)));
  search.pending = line;
  const rows = task.train.slice(0, 20);
  for (const candidate of [task.seed, ...line]) await search.cards.measure(candidate, rows);
  // With equal means, the newest candidate counts as the best so far.
  expect(stepBack(search, 4)).toBe(false);
  search.pending = [
    ...line.slice(0, 1),
    draft(promptOf(allRules.slice(0, 3))),
    draft(promptOf(allRules.slice(0, 3), " b")),
  ];
  for (const candidate of search.pending) await search.cards.measure(candidate, task.train);
  expect(stepBack(search, 4)).toBe(true);
  expect(search.pending).toEqual(line.slice(0, 1));
});

test("a successful validation makes the newest candidate the leader and cancels a setback", async () => {
  const { search, draft, task, validationOf, events } = await openSearchWorld(
    {},
    { ...roomy, statedBySeed: [] },
  );
  const better = draft(promptOf(allRules));
  search.pending = [better];
  search.setbacks = 1;
  expect(await validateDeferred(search, 2)).toBe(true);
  expect(search).toMatchObject({ leader: better, pending: [], setbacks: 0, members: [task.seed, better] });
  expect(validationOf(better.id)).toBe(1);
  expect(events).toEqual([{ type: "candidate-accepted", step: 2, candidate: better.id, validation: 1 }]);
});

test("a failed validation keeps the leader and counts as a setback", async () => {
  const { search, draft, task } = await openSearchWorld({}, { ...roomy, statedBySeed: allRules.slice(0, 3) });
  search.pending = [draft(promptOf([]))];
  expect(await validateDeferred(search, 2)).toBe(false);
  expect(search).toMatchObject({ leader: task.seed, pending: [], setbacks: 1, members: [task.seed] });
});

test("does nothing without a pending candidate", async () => {
  const { search } = await openSearchWorld({}, roomy);
  expect(await validateDeferred(search, 1)).toBe(false);
  expect(search.setbacks).toBe(0);
});
