import { expect, test } from "vitest";
import type { Candidate } from "../../../../src/core/prompt/candidate.ts";
import { compareRewrites } from "../../../../src/optimizers/gepa/validation/compare-rewrites.ts";
import { openRowOrder } from "../../../../src/optimizers/gepa/validation/row-order.ts";
import { type FactsWorld, factsPrompt, openFacts } from "../open-facts.ts";

const train = ["a", "b", "c", "a"];
const validation = Array.from({ length: 24 }, (_, at) => ["a", "b", "c"][at % 3] ?? "");

/** Compares rewrites of the seed, each learned from all train rows. */
async function compareRewritesOf(
  rewrites: readonly (readonly string[])[],
  over: Partial<FactsWorld> = {},
  prepare: (
    opened: Awaited<ReturnType<typeof openFacts>>,
    candidates: readonly Candidate[],
  ) => unknown = () => 0,
) {
  const opened = await openFacts({ train, validation, ...over });
  const { search, draft, rewriteOf, task, lab } = opened;
  const rowOrder = openRowOrder(search);
  const candidates = rewrites.map((sentences) => draft("Judge.", ...sentences));
  const given = candidates.map((candidate) => rewriteOf(candidate, task.train));
  await prepare(opened, candidates);
  const isProgress = await compareRewrites(search, 2, rowOrder, given);
  const rejectedFor = (candidate: Candidate | undefined) =>
    lab.events.flatMap((event) =>
      event.type === "candidate-rejected" && event.candidate === candidate?.id ? [event.reason] : [],
    );
  return { ...opened, rowOrder, candidates, isProgress, rejectedFor };
}

test("the fold of promising rewrites runs along and leads if it is best", async () => {
  const both = factsPrompt("Judge.", "Mind a.", "Mind b.");
  const { isProgress, search, lab, candidates } = await compareRewritesOf([["Mind a."], ["Mind b."]], {
    replies: [both],
  });
  expect(isProgress).toBe(true);
  expect(search.leader.texts).toEqual({ p: both });
  expect(search.leader.parents).toEqual(candidates.map(({ id }) => id));
  expect(lab.requests.map(({ purpose }) => purpose)).toEqual(["fold"]);
});

test("rewrites that lost on the first rows are not in the fold", async () => {
  const { lab, candidates, rejectedFor, task } = await compareRewritesOf(
    [
      ["Mind a.", "Mind b."],
      ["Mind a.", "Doubt a."],
      ["Mind a.", "Mind c."],
    ],
    { seed: "Judge.\nMind a.", replies: [factsPrompt("Judge.", "Mind a.", "Mind b.", "Mind c.")] },
  );
  const asked = String(lab.requests[0]?.messages[1]?.content);
  expect(asked).toContain("Mind b.");
  expect(asked).toContain("Mind c.");
  expect(asked).not.toContain("Doubt a.");
  expect(rejectedFor(candidates[1])).toEqual([
    expect.stringMatching(/^validation against .*, stopped there$/),
  ]);
  expect(lab.measured(candidates[1]?.id ?? "", task.validation)).toBeUndefined();
});

test.each(["off", "components"])("does not fold with merge: %s", async (merge) => {
  const { isProgress, lab, search, candidates } = await compareRewritesOf(
    [["Mind a."], ["Mind a.", "Mind b."]],
    {
      options: { merge },
    },
  );
  expect(isProgress).toBe(true);
  expect(lab.calls.reflections).toBe(0);
  expect(search.leader).toBe(candidates[1]);
});

test("a fold is pruned if the budget covers it, and unchanged with pruning off", async () => {
  const folded = factsPrompt("Judge.", "Mind a.", "Note 1.", "Mind b.");
  const rewrites = [["Mind a."], ["Mind b."]];
  const { search } = await compareRewritesOf(rewrites, { train: ["a", "b"], replies: [folded] });
  expect(search.leader.texts).toEqual({ p: factsPrompt("Judge.", "Mind a.", "Mind b.") });
  const { search: unpruned } = await compareRewritesOf(rewrites, {
    train: ["a", "b"],
    replies: [folded],
    options: { prune: false },
  });
  expect(unpruned.leader.texts).toEqual({ p: folded });
});

test("a fold that fixes none of its rewrites' rows stops", async () => {
  const { lab, rejectedFor, task, isProgress } = await compareRewritesOf([["Mind a."], ["Mind b."]], {
    replies: [factsPrompt("Judge with care.")],
  });
  const fold = lab.candidates.find(({ texts }) => texts["p"] === factsPrompt("Judge with care."));
  expect(rejectedFor(fold)).toEqual(["mends none of the rows it was learnt from"]);
  expect(task.validation.filter((row) => lab.rolloutsAsked.includes(`${fold?.id} ${row.id} 0`))).toEqual([]);
  expect(isProgress).toBe(true);
});

test("only as many begin as the budget allows; those that began continue", async () => {
  const rewrites = [["Note 1."], ["Mind a.", "Mind b."], ["Mind c."]];
  // The seed's 24 rows, the first 8 of the rewrite that has begun, and its other 16.
  const { candidates, rejectedFor, isProgress, lab, search } = await compareRewritesOf(
    rewrites,
    { calls: 24 + 8 + 16, options: { merge: "off" } },
    async ({ search }, [, begun]) => {
      const rowOrder = openRowOrder(search);
      expect(rowOrder.firstBlock).toBe(8);
      if (begun !== undefined) await search.cards.measure(begun, rowOrder.rows.slice(0, rowOrder.firstBlock));
    },
  );
  for (const candidate of [candidates[0], candidates[2]])
    expect(rejectedFor(candidate)).toEqual(["the budget does not pay for its validation"]);
  expect(rejectedFor(candidates[1])).toEqual([]);
  expect(isProgress).toBe(true);
  expect(search.leader).toBe(candidates[1]);
  expect(lab.calls.rollouts).toBe(48);
});

test("a step without progress keeps the leader, and the next reflection sees why", async () => {
  const { isProgress, search, lab, candidates } = await compareRewritesOf([["Note 1."], ["Note 2."]]);
  expect(isProgress).toBe(false);
  expect(search.leader).toBe(lab.seed);
  const reason = expect.stringMatching(/^validation against .*: better on 0 and worse on 0 of \d+ rows/);
  expect(search.memory.recall(lab.seed.id, "p")).toMatchObject(
    candidates.map(({ texts }) => ({ after: texts["p"], reason })),
  );
});
