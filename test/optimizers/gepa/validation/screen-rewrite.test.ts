import { expect, test } from "vitest";
import { openRowOrder } from "../../../../src/optimizers/gepa/validation/row-order.ts";
import { screenRewrite } from "../../../../src/optimizers/gepa/validation/screen-rewrite.ts";
import { type FactsWorld, factsPrompt, openFacts } from "../open-facts.ts";

const train = ["a", "a", "b"];
const validation = Array.from({ length: 12 }, (_, at) => (at % 2 === 0 ? "a" : "b"));

async function look(sentences: readonly string[], over: Partial<FactsWorld> = {}, isCourseKnown = true) {
  const opened = await openFacts({ train, validation, ...over });
  const { search, task, draft, rewriteOf, lab } = opened;
  const rowOrder = isCourseKnown ? openRowOrder(search) : undefined;
  const { candidate, lesson, minibatch } = rewriteOf(draft("Judge.", ...sentences), task.train.slice(0, 2));
  await search.cards.measure(lab.seed, task.train);
  const before = lab.calls.rollouts;
  const attempt = { kind: "drafted", candidate } as const;
  const found = await screenRewrite(search, 2, { parent: lab.seed, minibatch, lesson, attempt }, rowOrder);
  return { ...opened, candidate, lesson, minibatch, rowOrder, found, rollouts: lab.calls.rollouts - before };
}

test("a pruned rewrite runs its first rows, its unpruned text does not", async () => {
  const { found, candidate, lab, search, rowOrder } = await look(["Mind a.", "Note 1."]);
  expect(found).toMatchObject({ by: "reflection", parents: [lab.seed] });
  expect(found?.candidate.texts).toEqual({ p: factsPrompt("Judge.", "Mind a.") });
  const rows = rowOrder?.rows ?? [];
  const ranBy = (id: string) => rows.filter((row) => search.cards.isMeasured(id, row));
  expect(rowOrder?.firstBlock).toBeGreaterThan(0);
  expect(ranBy(found?.candidate.id ?? "")).toEqual(rows.slice(0, rowOrder?.firstBlock));
  expect(ranBy(candidate.id)).toEqual([]);
});

test("a rewrite that fixes none of its rows is reported, remembered and stopped", async () => {
  const { found, candidate, lab, search, rollouts } = await look(["Note 1."]);
  expect(found).toBeUndefined();
  expect(rollouts).toBe(2);
  const reason = "mends none of the rows it was learnt from";
  expect(lab.events).toMatchObject([
    { type: "candidate-rejected", step: 2, candidate: candidate.id, reason },
  ]);
  expect(search.memory.recall(lab.seed.id, "p")).toMatchObject([{ after: candidate.texts["p"], reason }]);
});

test.each([
  ["where pruning is off", { options: { prune: false } }],
  ["on a budget that does not pay for it", { calls: validation.length * 6 }],
])("a rewrite runs its first rows unchanged %s", async (_, over) => {
  const { found, candidate, lab, rowOrder, rollouts } = await look(["Note 1."], over);
  expect(found?.candidate).toBe(candidate);
  expect(rollouts).toBe(rowOrder?.firstBlock);
  expect(lab.events).toEqual([]);
});

test("without a row order, a rewrite is returned without running", async () => {
  const { found, candidate, lesson, minibatch, lab, rollouts } = await look(
    ["Mind a.", "Note 1."],
    {},
    false,
  );
  expect(found).toEqual({ by: "reflection", candidate, parents: [lab.seed], minibatch, lesson });
  expect(rollouts).toBe(0);
});

test("a lane without a new text returns nothing", async () => {
  const { search, lab } = await openFacts({ train, validation });
  const lane = { parent: lab.seed, minibatch: [], lesson: [] };
  const rowOrder = openRowOrder(search);
  const refused = { kind: "refused", parents: [lab.seed], reason: "the same text as its parent" } as const;
  expect(await screenRewrite(search, 1, lane, rowOrder)).toBeUndefined();
  expect(await screenRewrite(search, 1, { ...lane, attempt: refused }, rowOrder)).toBeUndefined();
  expect(lab.calls.rollouts).toBe(validation.length);
});
