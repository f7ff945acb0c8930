import { expect, test } from "vitest";
import type { Rewrite } from "../../../../src/optimizers/gepa/rewriting/rewrite.ts";
import { acceptAll, applyRace, reject } from "../../../../src/optimizers/gepa/validation/decide.ts";
import { openRowOrder } from "../../../../src/optimizers/gepa/validation/row-order.ts";
import type { HalvingEnd } from "../../../../src/optimizers/search/halving-race.ts";
import { openFacts } from "../open-facts.ts";

const world = { train: ["a", "b"], validation: ["a", "b", "a b", "c"] };

test("accepted candidates become members, and the best of them leads", async () => {
  const { search, lab, task, draft } = await openFacts(world);
  const [fair, good, none] = [draft("Mind a."), draft("Mind a.", "Mind b."), draft("Note 1.")];
  for (const candidate of [fair, good, none]) await search.cards.measure(candidate, task.validation);
  acceptAll(search, 3, [fair, good, none]);
  expect(search.members).toEqual([lab.seed, fair, good, none]);
  expect(search.leader).toBe(good);
  expect(lab.events).toEqual([
    { type: "candidate-accepted", step: 3, candidate: fair.id, validation: 0.25 },
    { type: "candidate-accepted", step: 3, candidate: good.id, validation: 0.75 },
    { type: "candidate-accepted", step: 3, candidate: none.id, validation: 0 },
  ]);
});

test("the shorter of two equal candidates leads", async () => {
  const { search, task, draft } = await openFacts(world);
  const [long, short] = [draft("Mind a.", "Be patient with everybody."), draft("Mind a.")];
  for (const candidate of [long, short]) await search.cards.measure(candidate, task.validation);
  acceptAll(search, 1, [long, short]);
  expect(search.leader).toBe(short);
});

test("the leader stays if none is accepted", async () => {
  const { search, lab } = await openFacts(world);
  acceptAll(search, 1, []);
  expect(search.leader).toBe(lab.seed);
  expect(lab.events).toEqual([]);
});

test("a rejection is reported, and remembered for the parent if it is a lesson", async () => {
  const { search, lab, draft } = await openFacts(world);
  const candidate = draft("Note 1.");
  reject(search, 2, candidate, "no use");
  const { id, parents, texts } = candidate;
  expect(lab.events).toEqual([
    { type: "candidate-rejected", step: 2, candidate: id, parents, texts, reason: "no use" },
  ]);
  expect(search.memory.recall(lab.seed.id, "p")).toEqual([]);
  reject(search, 2, candidate, "no use", { parent: lab.seed });
  expect(search.memory.recall(lab.seed.id, "p")).toEqual([
    { name: "p", before: lab.seed.texts["p"], after: texts["p"], reason: "no use" },
  ]);
});

test("an unchanged text is not remembered", async () => {
  const { search, lab } = await openFacts(world);
  reject(search, 1, lab.seed, "no use", { parent: lab.seed });
  expect(search.memory.recall(lab.seed.id, "p")).toEqual([]);
});

async function applied(by: Rewrite["by"], end: HalvingEnd["end"], rows: number) {
  const opened = await openFacts(world);
  const { search, lab, draft } = opened;
  const rowOrder = openRowOrder(search);
  const candidate = draft("Mind a.");
  await search.cards.measure(candidate, rowOrder.rows.slice(0, rows));
  const rewrite: Rewrite = { by, candidate, parents: [lab.seed], minibatch: [], lesson: [] };
  const isProgress = applyRace(search, 5, rowOrder, [rewrite], [{ challenger: candidate, end, rows }]);
  const won = search.task.validation
    .filter((row) => search.cards.isMeasured(candidate.id, row))
    .filter((row) => search.cards.isBetterOn(row, candidate, lab.seed)).length;
  const record = `validation against ${lab.seed.id}: better on ${won} and worse on 0 of ${rows} rows`;
  const remembered = search.memory.recall(lab.seed.id, "p").length;
  return { ...opened, candidate, isProgress, record, remembered };
}

test("the winner of a race is accepted", async () => {
  const { isProgress, search, candidate, lab, remembered } = await applied("reflection", "better", 4);
  expect(isProgress).toBe(true);
  expect(search.leader).toBe(candidate);
  expect(lab.events).toMatchObject([{ type: "candidate-accepted", step: 5, validation: 0.25 }]);
  expect(remembered).toBe(0);
});

test.each([
  ["not_better", 4, ""],
  ["not_better", 2, ", stopped there"],
  ["overtaken", 2, "; another rewrite of this step was better"],
  ["unaffordable", 2, "; the budget does not pay for the other rows"],
] as const)("what ended %s after %d rows is rejected, with its record", async (end, rows, why) => {
  const { isProgress, search, lab, record } = await applied("reflection", end, rows);
  expect(isProgress).toBe(false);
  expect(search.leader).toBe(lab.seed);
  expect(lab.events).toMatchObject([{ type: "candidate-rejected", step: 5, reason: record + why }]);
});

test("only reflections that are known to be no better are lessons", async () => {
  expect((await applied("reflection", "not_better", 4)).remembered).toBe(1);
  expect((await applied("reflection", "overtaken", 2)).remembered).toBe(0);
  expect((await applied("reflection", "unaffordable", 2)).remembered).toBe(0);
  expect((await applied("fold", "not_better", 4)).remembered).toBe(0);
  expect((await applied("merge", "not_better", 4)).remembered).toBe(0);
});

test("results are applied in the order of the challengers; unaffordable ones are left out", async () => {
  const { search, lab, task, draft } = await openFacts(world);
  const rowOrder = openRowOrder(search);
  const candidates = [draft("Mind a."), draft("Mind b."), draft("Note 1.")];
  for (const candidate of candidates) await search.cards.measure(candidate, task.validation);
  const rewrites = candidates.map(
    (candidate): Rewrite => ({ by: "fold", candidate, parents: [], minibatch: [], lesson: [] }),
  );
  const results = candidates
    .slice(0, 2)
    .reverse()
    .map((challenger): HalvingEnd => ({ challenger, end: "better", rows: 4 }));
  expect(applyRace(search, 1, rowOrder, rewrites, results)).toBe(true);
  expect(search.members).toEqual([lab.seed, ...candidates.slice(0, 2)]);
});
