import { expect, test } from "vitest";
import type { Example } from "../../../../src/core/data/example.ts";
import { shorten } from "../../../../src/optimizers/gepa/rewriting/shorten.ts";
import { type FactsWorld, factsPrompt, openFacts } from "../open-facts.ts";

const world: FactsWorld = { train: ["a", "a", "b", "b"], validation: ["a", "b", "a", "b"] };

/** A search whose leader has learned these sentences, all from the given rows. */
async function openLeader(
  sentences: readonly string[],
  over: Partial<FactsWorld> = {},
  learntFrom = (train: readonly Example[]) => train,
) {
  const opened = await openFacts({ ...world, ...over });
  const { search, task, draft, rewriteOf, lab } = opened;
  const leader = draft("Judge.", ...sentences);
  rewriteOf(leader, learntFrom(task.train));
  await search.cards.measure(lab.seed, task.train);
  await search.cards.measure(leader, [...task.train, ...task.validation]);
  search.members.push(leader);
  search.leader = leader;
  return { ...opened, leader, spent: () => lab.calls.rollouts };
}

test("removes useless sentences, and the shorter text leads", async () => {
  const { search, lab, leader, task } = await openLeader(["Mind a.", "Note 1.", "Mind b."]);
  expect(await shorten(search, 4)).toBe(true);
  expect(search.leader.texts).toEqual({ p: factsPrompt("Judge.", "Mind a.", "Mind b.") });
  expect(search.members).toEqual([lab.seed, leader, search.leader]);
  expect(lab.events.map(({ type }) => type)).toEqual([
    "candidate-proposed",
    "candidate-rejected",
    "candidate-accepted",
  ]);
  expect(lab.events.at(-1)).toMatchObject({ step: 4, candidate: search.leader.id, validation: 1 });
  expect(lab.measured(search.leader.id, task.validation)).toBe(1);
});

test("shortens a leader once, and not its result", async () => {
  const { search, spent } = await openLeader(["Mind a.", "Note 1.", "Mind b."]);
  await shorten(search, 1);
  const before = spent();
  expect(await shorten(search, 2)).toBe(false);
  expect(spent()).toBe(before);
});

test("keeps a leader without useless sentences", async () => {
  const { search, lab, leader, spent } = await openLeader(["Mind a.", "Mind b."]);
  expect(await shorten(search, 1)).toBe(false);
  expect(search.leader).toBe(leader);
  expect(lab.events).toEqual([]);
  const before = spent();
  await shorten(search, 2);
  expect(spent()).toBe(before);
});

test("reports and rejects a text that is worse on the validation rows", async () => {
  // No train row needs b, so its sentence seems useless.
  const { search, leader, lab } = await openLeader(["Mind a.", "Mind b."], { train: ["a", "a", "a", "a"] });
  expect(await shorten(search, 1)).toBe(false);
  expect(search.leader).toBe(leader);
  expect(search.members).toEqual([lab.seed, leader]);
  expect(lab.events.at(-1)).toMatchObject({
    type: "candidate-rejected",
    texts: { p: factsPrompt("Judge.", "Mind a.") },
    reason: `validation against ${leader.id}: better on 0 and worse on 2 of 4 rows`,
  });
});

test("train rows that the leader gets right guard sentences made for others", async () => {
  // Learned from the rows that need only a; the rows that need b would be lost without it.
  const firstHalf = (train: readonly Example[]) => train.slice(0, 2);
  const { search } = await openLeader(["Mind a.", "Mind b.", "Note 1."], {}, firstHalf);
  expect(await shorten(search, 1)).toBe(true);
  expect(search.leader.texts).toEqual({ p: factsPrompt("Judge.", "Mind a.", "Mind b.") });
});

test("does not shorten the seed", async () => {
  const { search, lab } = await openFacts(world);
  expect(await shorten(search, 1)).toBe(false);
  expect(lab.calls.rollouts).toBe(4);
});

test("shortens nothing with pruning off", async () => {
  const { search, spent } = await openLeader(["Mind a.", "Note 1.", "Mind b."], {
    options: { prune: false },
  });
  const before = spent();
  expect(await shorten(search, 1)).toBe(false);
  expect(spent()).toBe(before);
});

test("does not shorten with a budget below two and a half validations", async () => {
  const sentences = ["Mind a.", "Note 1.", "Mind b."];
  // Four rows each: the seed's and the leader's, train and validation.
  const poor = await openLeader(sentences, { calls: 16 + 9 });
  expect(await shorten(poor.search, 1)).toBe(false);
  expect(poor.spent()).toBe(16);
  const enough = await openLeader(sentences, { calls: 16 + 4 * 12 });
  expect(await shorten(enough.search, 1)).toBe(true);
});
