import { expect, test } from "vitest";
import type { Candidate } from "../../../../src/core/prompt/candidate.ts";
import { compareRewrites } from "../../../../src/optimizers/gepa/validation/compare-rewrites.ts";
import { type FactsWorld, factsPrompt, openFacts } from "../open-facts.ts";

const train = ["a", "b", "c", "a"];
const validation = Array.from({ length: 24 }, (_, at) => ["a", "b", "c"][at % 3] ?? "");

/** Compares rewrites of the seed, each learned from all train rows. */
async function compareRewritesOf(rewrites: readonly (readonly string[])[], over: Partial<FactsWorld> = {}) {
  const opened = await openFacts({ train, validation, ...over });
  const { search, draft, rewriteOf, task, lab } = opened;
  const candidates = rewrites.map((sentences) => draft("Judge.", ...sentences));
  const given = candidates.map((candidate) => rewriteOf(candidate, task.train));
  const isProgress = await compareRewrites(search, 2, given);
  const rejectedFor = (candidate: Candidate | undefined) =>
    lab.events.flatMap((event) =>
      event.type === "candidate-rejected" && event.candidate === candidate?.id ? [event.reason] : [],
    );
  return { ...opened, candidates, isProgress, rejectedFor };
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
    {
      seed: "Judge.\nMind a.",
      replies: [factsPrompt("Judge.", "Mind a.", "Mind b.", "Mind c.")],
      // The 16 failures of the seed, and two of its successes.
      options: { block_size: 9 },
    },
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

test("only as many begin as the budget allows", async () => {
  const rewrites = [["Mind a.", "Mind b."], ["Note 1."], ["Mind c."]];
  // The seed's 24 rows, the first 8 of one rewrite, and its other 16.
  const { candidates, rejectedFor, isProgress, lab, search } = await compareRewritesOf(rewrites, {
    calls: 24 + 8 + 16,
    options: { merge: "off" },
  });
  for (const candidate of candidates.slice(1))
    expect(rejectedFor(candidate)).toEqual(["the budget does not pay for its validation"]);
  expect(rejectedFor(candidates[0])).toEqual([]);
  expect(isProgress).toBe(true);
  expect(search.leader).toBe(candidates[0]);
  expect(lab.calls.rollouts).toBe(48);
});

test("a step without progress keeps the leader, and the next reflection sees why", async () => {
  const { isProgress, search, lab, candidates } = await compareRewritesOf([["Note 1."]]);
  expect(isProgress).toBe(false);
  expect(search.leader).toBe(lab.seed);
  const reason = expect.stringMatching(/^validation against .*: better on 0 and worse on 0 of \d+ rows/);
  expect(search.memory.recall(lab.seed.id, "p")).toMatchObject(
    candidates.map(({ texts }) => ({ after: texts["p"], reason })),
  );
});
