import { describe, expect, it } from "vitest";
import type { EngineEvent } from "../../../src/contracts/events.ts";
import { OptimizationError } from "../../../src/core/errors.ts";
import { searchDemonstrations } from "../../../src/optimizers/few-shot/few-shot.ts";
import { fewShotOptions } from "../../../src/optimizers/few-shot/options.ts";
import { proposeSets } from "../../../src/optimizers/few-shot/propose-sets.ts";
import { openCards, openFewShotSearch } from "../../../src/optimizers/few-shot/state.ts";
import { type SearchWorldOptions, searchWorld } from "../../support/search-world.ts";

async function openWorld(options: object = {}, worldOptions: SearchWorldOptions = {}) {
  const world = searchWorld({ rowsPerPart: 24, learnsFromExamples: true, ...worldOptions });
  const cards = await openCards(world.task, world.lab);
  const parsed = fewShotOptions.parse(options);
  const search = await openFewShotSearch(world.task, world.lab, cards, parsed);
  return { ...world, search };
}

it("finds a perfect prompt if examples suffice", async () => {
  const world = searchWorld({ learnsFromExamples: true, rowsPerPart: 24, limits: { maxSteps: 10 } });
  const end = await searchDemonstrations(world.task, world.lab, fewShotOptions.parse({}));
  expect(end).toMatchObject({ stopped: "perfect" });
  const texts = world.outcomeStore.candidates.map((candidate) => candidate.texts["p"] ?? "");
  expect(texts.length).toBeGreaterThan(1);
  for (const text of texts) expect(text).not.toMatch(/validation \d+ touches/);
  for (const text of texts.slice(1))
    expect(text).toMatch(/train \d+ touches .*\.\n=== Example \d+, answer\nyes/);
});

it("spends less than measuring every set on every row", async () => {
  const world = searchWorld({ learnsFromExamples: true, rowsPerPart: 48, limits: { maxSteps: 2 } });
  await searchDemonstrations(world.task, world.lab, fewShotOptions.parse({ bootstrap_rows: 0 }));
  const proposed = (world.events as readonly EngineEvent[]).filter(
    ({ type }) => type === "candidate-proposed",
  );
  expect(world.target.asked.length).toBeLessThan(48 + proposed.length * 48 * 0.75);
});

it("explains the requirements if no row can be shown", async () => {
  const world = searchWorld();
  const task = { ...world.task, train: world.task.validation };
  const search = searchDemonstrations(task, world.lab, fewShotOptions.parse({}));
  await expect(search).rejects.toThrow(OptimizationError);
  await expect(search).rejects.toMatchObject({
    hint: expect.stringContaining("train rows that are not validation"),
  });
});

describe("the sets of a step", () => {
  it("have several sizes and kinds at first, within the limit and without duplicate rows", async () => {
    const { search } = await openWorld({ max_demonstrations: 8 });
    const proposals = proposeSets(search, 1, 8);
    expect(proposals.map(({ sets }) => sets["p"]?.length)).toEqual([8, 8, 8, 4, 2, 8, 4, 2]);
    expect(new Set(proposals.map(({ by }) => by)).size).toBe(8);
    for (const { sets } of proposals)
      expect(new Set(sets["p"]?.map(({ row }) => row)).size).toBe(sets["p"]?.length);
  });

  it("differ in the next step", async () => {
    const { search } = await openWorld({ max_demonstrations: 4 });
    const rowsOf = (step: number) =>
      proposeSets(search, step, 8).map(({ sets }) => sets["p"]?.map(({ row }) => row));
    expect(rowsOf(2)).not.toEqual(rowsOf(1));
    expect(rowsOf(1)).toEqual(rowsOf(1));
  });

  it("show failing rows first", async () => {
    const { search } = await openWorld({ max_demonstrations: 6 });
    const hard = proposeSets(search, 1, 3).find(({ by }) => by === "hard")?.sets["p"] ?? [];
    expect(hard.length).toBe(6);
    expect(hard.every(({ isHard }) => isHard)).toBe(true);
  });

  it("are changes of the leader's set once a set has helped: more, fewer, or others", async () => {
    const { search } = await openWorld({ max_demonstrations: 8 });
    const set = search.pool.slice(0, 6);
    search.leader = { candidate: { ...search.task.seed, id: "other" }, sets: { p: set } };
    const proposals = proposeSets(search, 2, 20);
    const kinds = new Map(proposals.map(({ by, sets }) => [by, sets["p"] ?? []]));
    expect(kinds.get("drop")).toHaveLength(4);
    expect(kinds.get("add")).toHaveLength(8);
    expect(kinds.get("swap")).toHaveLength(6);
    for (const by of ["drop", "add", "swap", "exchange"]) {
      const kept = kinds.get(by)?.filter((one) => set.includes(one)) ?? [];
      expect(kept.length).toBeGreaterThanOrEqual(4);
    }
    expect(proposals.every(({ sets }) => (sets["p"]?.length ?? 0) <= 8)).toBe(true);
    expect(
      proposals.some(({ by }) => by === "random" || by.startsWith("spread") || by.startsWith("nearest")),
    ).toBe(true);
  });

  it("alternate between the prompts of an agent and leave the other sets unchanged", async () => {
    const { search } = await openWorld({ max_demonstrations: 2 });
    const places = [
      { text: "p", fields: ["text"] },
      { text: "q", fields: ["text"] },
    ];
    const leader = { ...search.leader, sets: { q: search.pool.slice(0, 1) } };
    const [first, second] = proposeSets({ ...search, places, leader }, 1, 2);
    expect(first?.sets["q"]).toBe(leader.sets.q);
    expect(first?.sets["p"]).toHaveLength(2);
    expect(second?.sets).not.toHaveProperty("p");
    expect(second?.sets["q"]).toHaveLength(2);
  });
});
