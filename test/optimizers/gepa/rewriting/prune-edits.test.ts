import { describe, expect, test } from "vitest";
import type { Candidate } from "../../../../src/core/prompt/candidate.ts";
import { type Pruning, pruneEdits } from "../../../../src/optimizers/gepa/rewriting/prune-edits.ts";
import { type FactsWorld, factsPrompt, openFacts } from "../open-facts.ts";

/** Prunes a rewrite of the seed; by default each of its edits was made for all train rows. */
async function prune(world: FactsWorld, sentences: readonly string[], over: Partial<Pruning> = {}) {
  const opened = await openFacts(world);
  const { lab, search, task, draft } = opened;
  const candidate = draft(...sentences);
  await search.cards.measure(lab.seed, task.train);
  const before = lab.calls.rollouts;
  const found = await pruneEdits(search, 1, {
    base: lab.seed,
    candidate,
    rowsOf: () => task.train,
    enoughMended: 0.9,
    guarded: [],
    ...over,
  });
  return { ...opened, candidate, found, rollouts: lab.calls.rollouts - before };
}

const textOf = (found: Candidate | undefined) => found?.texts["p"];

describe("sentences added", () => {
  test("useless ones are removed, needed ones stay", async () => {
    const { found, candidate, lab } = await prune({ train: ["a", "a"] }, ["Judge.", "Note 1.", "Mind a."]);
    expect(textOf(found)).toBe(factsPrompt("Judge.", "Mind a."));
    expect(lab.events).toEqual([
      {
        type: "candidate-proposed",
        step: 1,
        candidate: found?.id,
        parents: [candidate.id],
        texts: found?.texts,
        by: "pruning",
      },
      {
        type: "candidate-rejected",
        step: 1,
        candidate: candidate.id,
        parents: [lab.seed.id],
        texts: candidate.texts,
        reason: `does as well without 1 of 2 edits: see ${found?.id}`,
      },
    ]);
  });

  test("a rewrite with only needed sentences stays unchanged, without a report", async () => {
    const { found, candidate, lab } = await prune({ train: ["a", "b"] }, ["Judge.", "Mind a.", "Mind b."]);
    expect(found).toBe(candidate);
    expect(lab.events).toEqual([]);
  });

  test("of two with the same meaning, one stays", async () => {
    const { found } = await prune({ train: ["a", "a"] }, ["Judge.", "Mind a.", "Heed a."]);
    expect([factsPrompt("Judge.", "Mind a."), factsPrompt("Judge.", "Heed a.")]).toContain(textOf(found));
  });

  test("of two with the same meaning, one stays beside other useless ones", async () => {
    const sentences = ["Judge.", "Note 1.", "Mind a.", "Note 2.", "Heed a.", "Mind b."];
    const { found } = await prune({ train: ["a", "a", "b"], validation: Array(9).fill("a") }, sentences);
    expect([
      factsPrompt("Judge.", "Mind a.", "Mind b."),
      factsPrompt("Judge.", "Heed a.", "Mind b."),
    ]).toContain(textOf(found));
  });

  test("stay if too few of their rows are fixed, because the failing rows may need them", async () => {
    const sentences = ["Judge.", "Note 1.", "Mind a."];
    const unmended = await prune({ train: ["a", "b"] }, sentences);
    expect(unmended.found).toBe(unmended.candidate);
    const { found } = await prune({ train: ["a", "b"] }, sentences, { enoughMended: 0.5 });
    expect(textOf(found)).toBe(factsPrompt("Judge.", "Mind a."));
  });

  test("stay if a guarded row needs them, even if their own rows do not", async () => {
    const { search, task, lab, draft } = await openFacts({ train: ["a", "b"] });
    const candidate = draft("Judge.", "Mind a.", "Mind b.", "Note 1.");
    await search.cards.measure(lab.seed, task.train);
    await search.cards.measure(candidate, task.train);
    const rowsOf = () => task.train.slice(0, 1);
    const pruning = { base: lab.seed, candidate, rowsOf, enoughMended: 0.9 };
    const guarded = await pruneEdits(search, 1, { ...pruning, guarded: task.train.slice(1) });
    expect(textOf(guarded)).toBe(factsPrompt("Judge.", "Mind a.", "Mind b."));
    const unguarded = await pruneEdits(search, 1, { ...pruning, guarded: [] });
    expect(textOf(unguarded)).toBe(factsPrompt("Judge.", "Mind a."));
  });
});

describe("sentences dropped or replaced", () => {
  test("one dropped without need is restored", async () => {
    const world = { train: ["a", "a"], seed: "Be kind.\nJudge." };
    const { found } = await prune(world, ["Judge.", "Mind a."]);
    expect(textOf(found)).toBe(factsPrompt("Be kind.", "Judge.", "Mind a."));
  });

  test("one dropped is restored if no row decides", async () => {
    const world = { train: ["a", "a"], seed: "Be kind.\nJudge." };
    const rows = (await openFacts(world)).task.train;
    const { found } = await prune(world, ["Judge.", "Mind a."], {
      rowsOf: ({ added }) => (added.length > 0 ? rows : []),
    });
    expect(textOf(found)).toBe(factsPrompt("Be kind.", "Judge.", "Mind a."));
  });

  test("a harmful one stays removed", async () => {
    const world = { train: ["a", "a"], seed: "Judge.\nDoubt a.\nMind a." };
    const { found, candidate } = await prune(world, ["Judge.", "Mind a."]);
    expect(found).toBe(candidate);
  });

  test("a replacement stays if it matters and is undone if not", async () => {
    const world = { train: ["a", "a"], seed: "Judge.\nBe kind.\nBe brief." };
    const { found } = await prune(world, ["Judge.", "Mind a.", "Be brief, please."]);
    expect(textOf(found)).toBe(factsPrompt("Judge.", "Mind a.", "Be brief, please."));
    const apart = { ...world, seed: "Judge.\nBe kind.\nThink.\nBe brief." };
    const { found: pruned } = await prune(apart, ["Judge.", "Mind a.", "Think.", "Be brief, please."]);
    expect(textOf(pruned)).toBe(factsPrompt("Judge.", "Mind a.", "Think.", "Be brief."));
  });
});

describe("what may not be undone", () => {
  test("an edit stays if undoing it breaks the contract", async () => {
    const world = { train: ["a", "a"], mustHold: "Keep it." };
    const { found } = await prune(world, ["Judge.", "Keep it.", "Mind a.", "Note 1."]);
    expect(textOf(found)).toBe(factsPrompt("Judge.", "Keep it.", "Mind a."));
  });

  test("a row lost by chance restores nothing", async () => {
    const pruned = factsPrompt("Judge.", "Mind a.");
    const isUnlucky = (text: string, row: string, repeat: number) =>
      text === pruned && row === "train-1" && repeat === 0;
    const { found } = await prune({ train: ["a", "a"], isUnlucky }, [
      "Judge.",
      "Note 1.",
      "Mind a.",
      "Note 2.",
    ]);
    expect(textOf(found)).toBe(pruned);
  });
});

describe("what it costs", () => {
  test("a rewrite that fixes none of its rows is rejected", async () => {
    const { found, rollouts } = await prune({ train: ["a", "b"] }, ["Judge.", "Note 1."]);
    expect(found).toBeUndefined();
    expect(rollouts).toBe(2);
  });

  test("a rewrite without rows of its own is unchanged and costs nothing", async () => {
    const { found, candidate, rollouts } = await prune({ train: ["a"] }, ["Judge.", "Note 1."], {
      rowsOf: () => [],
    });
    expect(found).toBe(candidate);
    expect(rollouts).toBe(0);
  });

  test("a needed edit is found on two rows, a useless one is checked on at most sixteen", async () => {
    const train = Array.from({ length: 20 }, () => "a");
    const validation = train;
    const twoFacts = { train: train.map(() => "a b"), validation };
    const { rollouts } = await prune(twoFacts, ["Judge.", "Mind a.", "Mind b."]);
    expect(rollouts).toBe(20 + 2 * 2);
    const { rollouts: withIdle } = await prune(twoFacts, ["Judge.", "Mind a.", "Mind b.", "Note 1."]);
    // The last four are the remaining rows that the pruned text must not lose.
    expect(withIdle).toBe(20 + 2 * 2 + 16 + 4);
  });

  test("too expensive for the remaining budget: unchanged", async () => {
    const world = { train: ["a", "a", "a"] };
    // Three rows for validating the seed, three for its failures, three for the rewrite's.
    const spent = 9;
    const sentences = ["Judge.", "Note 1.", "Mind a."];
    const poor = await prune({ ...world, calls: spent + 3 * 6 - 1 }, sentences);
    expect(poor.found).toBe(poor.candidate);
    expect(poor.rollouts).toBe(3);
    const { found } = await prune({ ...world, calls: spent + 3 * 6 }, sentences);
    expect(textOf(found)).toBe(factsPrompt("Judge.", "Mind a."));
  });

  test("too expensive compared with the validation: unchanged, at any budget", async () => {
    const notes = Array.from({ length: 4 }, (_, at) => `Note ${at}.`);
    const sentences = ["Judge.", "Mind a.", ...notes];
    const dear = await prune({ train: ["a", "a"], validation: ["a", "a", "a"] }, sentences);
    expect(dear.found).toBe(dear.candidate);
    const { found } = await prune({ train: ["a", "a"], validation: ["a", "a", "a", "a"] }, sentences);
    expect(textOf(found)).toBe(factsPrompt("Judge.", "Mind a."));
  });
});
