import { expect, test } from "vitest";
import { screenRewrite } from "../../../../src/optimizers/gepa/rewriting/screen-rewrite.ts";
import { type FactsWorld, factsPrompt, openFacts } from "../open-facts.ts";

const train = ["a", "a", "b"];
const validation = Array.from({ length: 12 }, (_, at) => (at % 2 === 0 ? "a" : "b"));

async function look(sentences: readonly string[], over: Partial<FactsWorld> = {}, isDeferring = false) {
  const opened = await openFacts({ train, validation, ...over });
  const { search, task, draft, rewriteOf, lab } = opened;
  const { candidate, lesson, minibatch } = rewriteOf(draft("Judge.", ...sentences), task.train.slice(0, 2));
  await search.cards.measure(lab.seed, task.train);
  const before = lab.calls.rollouts;
  const attempt = { kind: "drafted", candidate } as const;
  const lane = { parent: lab.seed, minibatch, lesson, attempt };
  const found = await screenRewrite(search, 2, lane, isDeferring);
  return { ...opened, candidate, lesson, minibatch, found, rollouts: lab.calls.rollouts - before };
}

test("a rewrite is pruned without running validation rows", async () => {
  const { found, candidate, lab, search, task } = await look(["Mind a.", "Note 1."]);
  expect(found).toMatchObject({ by: "reflection", parents: [lab.seed] });
  expect(found?.candidate.texts).toEqual({ p: factsPrompt("Judge.", "Mind a.") });
  const ranBy = (id: string) => task.validation.filter((row) => search.cards.isMeasured(id, row));
  expect([...ranBy(found?.candidate.id ?? ""), ...ranBy(candidate.id)]).toEqual([]);
});

test("a rewrite that fixes none of its rows is reported, remembered and stopped", async () => {
  const { found, candidate, lab, search, rollouts } = await look(["Note 1."]);
  expect(found).toBeUndefined();
  expect(rollouts).toBe(2);
  const reason = "fixes none of the rows it was written for";
  expect(lab.events).toMatchObject([
    { type: "candidate-rejected", step: 2, candidate: candidate.id, reason },
  ]);
  expect(search.memory.recall(lab.seed.id, "p")).toMatchObject([{ after: candidate.texts["p"], reason }]);
});

test.each([
  ["where pruning is off", { options: { prune: false } }],
  ["on a budget that does not pay for it", { calls: validation.length * 6 }],
])("a rewrite stays unchanged %s", async (_, over) => {
  const { found, candidate, lab, rollouts } = await look(["Note 1."], over);
  expect(found?.candidate).toBe(candidate);
  expect(rollouts).toBe(0);
  expect(lab.events).toEqual([]);
});

test("while validation is deferred, a rewrite is returned without running", async () => {
  const { found, candidate, lesson, minibatch, lab, rollouts } = await look(["Mind a.", "Note 1."], {}, true);
  expect(found).toEqual({ by: "reflection", candidate, parents: [lab.seed], minibatch, lesson });
  expect(rollouts).toBe(0);
});

test("a lane without a new text returns nothing", async () => {
  const { search, lab } = await openFacts({ train, validation });
  const lane = { parent: lab.seed, minibatch: [], lesson: [] };
  const refused = { kind: "refused", parents: [lab.seed], reason: "the same text as its parent" } as const;
  expect(await screenRewrite(search, 1, lane, false)).toBeUndefined();
  expect(await screenRewrite(search, 1, { ...lane, attempt: refused }, false)).toBeUndefined();
  expect(lab.calls.rollouts).toBe(validation.length);
});
