import { expect, it } from "vitest";
import type { EngineEvent } from "../../../src/contracts/events.ts";
import { BudgetError } from "../../../src/core/errors.ts";
import { contentOf } from "../../../src/optimizers/mipro/choices.ts";
import { searchJointly } from "../../../src/optimizers/mipro/mipro.ts";
import { miproOptions } from "../../../src/optimizers/mipro/options.ts";
import { canValidateFinalistsLater, planStep } from "../../../src/optimizers/mipro/plan-step.ts";
import {
  proposeFirstSets,
  proposeFurtherSets,
} from "../../../src/optimizers/mipro/propose-demonstrations.ts";
import { draftCombination } from "../../../src/optimizers/mipro/run-trials.ts";
import { openMiproSearch } from "../../../src/optimizers/mipro/state.ts";
import { observe } from "../../../src/optimizers/mipro/surrogate.ts";
import { createScorecards } from "../../../src/optimizers/search/scorecards.ts";
import { promptOf, replyWith, type SearchWorldOptions, searchWorld } from "../../support/search-world.ts";

async function openWorld(options: object = {}, worldOptions: SearchWorldOptions = {}) {
  const world = searchWorld({ rowsPerPart: 24, ...worldOptions });
  const cards = createScorecards(world.lab);
  await cards.measure(world.task.seed, world.task.validation);
  const search = openMiproSearch(world.task, world.lab, cards, miproOptions.parse(options));
  return { ...world, search };
}

const run = async (options: object, worldOptions: SearchWorldOptions) => {
  const world = searchWorld({ rowsPerPart: 24, limits: { maxSteps: 8 }, ...worldOptions });
  const end = await searchJointly(world.task, world.lab, miproOptions.parse(options));
  const best = world.outcomeStore.candidates.find(({ id }) => world.validationOf(id) === 1);
  return { world, end, best: best?.texts["p"] ?? "", events: world.events as readonly EngineEvent[] };
};

it("finds the instruction and demonstrations that are right only together", async () => {
  // Reflections teach only two rules; the others must be demonstrated.
  const { end, best } = await run(
    {},
    { learnsFromExamples: true, reflect: () => replyWith(promptOf(["r2", "r3"])) },
  );
  expect(end).toMatchObject({ stopped: "perfect" });
  expect(best).toContain("=== Example 1, answer\nyes");
  expect(best).not.toMatch(/validation \d+ touches/);
});

it("finds instructions if demonstrations do not help", async () => {
  const { end } = await run({}, {});
  expect(end).toMatchObject({ stopped: "perfect" });
});

it("searches instructions only if no row can be shown, with a note", async () => {
  const world = searchWorld({ limits: { maxSteps: 8 } });
  const task = { ...world.task, train: world.task.validation };
  await searchJointly(task, world.lab, miproOptions.parse({}));
  expect(world.events).toContainEqual({
    type: "engine-note",
    message: expect.stringContaining("searching instructions only"),
  });
  for (const { texts } of world.outcomeStore.candidates) expect(texts["p"]).not.toContain("Example 1");
});

it("shows later proposals the tried instructions and their gains", async () => {
  const { world } = await run({ history: 2 }, { limits: { maxSteps: 2 } });
  const [first] = world.reflector.asked;
  const last = world.reflector.asked.at(-1);
  expect(first).not.toContain("tried so far");
  expect(last?.match(/^Score against the first instructions: about [+−]\d+ points\.$/gm)).toHaveLength(2);
});

it("compares every trial with the leader on its rows", async () => {
  const { search, task } = await openWorld();
  const [variable] = search.variables;
  const parent = variable?.choices[0];
  if (variable === undefined || parent === undefined) throw new Error("no variable");
  variable.choices.push(search.choices.instruction(promptOf(["r1", "r2", "r3", "r4", "r5", "r6"]), parent));
  const combination = search.variables.map(({ choices }) => choices.at(-1) ?? parent);
  const tried = draftCombination(search, 1, combination);
  if (tried === undefined) throw new Error("refused");
  expect(observe(search)).toEqual([]);
  const wrong = task.validation.filter((row) => search.cards.score(task.seed.id, row) === 0).slice(0, 5);
  await search.cards.measure(tried.candidate, wrong);
  expect(observe(search)).toEqual([{ combination, gain: 1, rows: 5 }]);
  expect(draftCombination(search, 1, combination)).toBe(tried);
});

it("reports a combination that breaks the contract once and never drafts it again", async () => {
  const { search, events } = await openWorld();
  const [variable] = search.variables;
  const parent = variable?.choices[0];
  const combination = search.variables.map(({ choices }, at) =>
    at === 0 ? search.choices.instruction("Judge.", parent) : (choices[0] as never),
  );
  expect(draftCombination(search, 1, combination)).toBeUndefined();
  expect(draftCombination(search, 2, combination)).toBeUndefined();
  expect(events).toEqual([
    expect.objectContaining({ type: "candidate-rejected", step: 1, texts: { p: "Judge." } }),
  ]);
});

it("offers several sets at first and one more in each further step", async () => {
  const { search } = await openWorld({ max_demonstrations: 6, demonstration_sets: 5 });
  proposeFirstSets(search);
  const sets = () => search.variables[1]?.choices.map(({ value }) => value.length);
  expect(sets()).toEqual([0, 6, 6, 6, 3, 6]);
  proposeFurtherSets(search, 2);
  expect(sets()).toHaveLength(7);
  const rows = contentOf(
    search.variables,
    search.variables.map(({ choices }) => choices.at(-1) as never),
  ).sets["p"];
  expect(new Set(rows?.map(({ row }) => row)).size).toBe(rows?.length);
});

it.each([30, 40, 60, 90, 200])("with %i calls, leaves enough for a full validation", async (calls) => {
  const { search, task } = await openWorld({}, { caps: { calls: calls + 24 } });
  const { candidatesPerStep } = task.limits;
  const plan = planStep(search, 1);
  const lesson = plan.affordableLesson(plan.lessonRows);
  expect(lesson + candidatesPerStep + 24).toBeLessThanOrEqual(Math.max(calls, 24 + candidatesPerStep));
  await search.cards.measure(task.seed, task.train.slice(0, lesson));
  expect(plan.trials() * plan.minibatchSize + lesson + 24).toBeLessThanOrEqual(calls);
});

it("ends if the budget does not cover one more validation, and validates at once if it is short", async () => {
  const { search } = await openWorld({}, { caps: { calls: 24 + 26 } });
  expect(() => planStep(search, 1)).toThrow(BudgetError);
  expect(canValidateFinalistsLater(search)).toBe(false);
  const ample = await openWorld({}, { caps: { calls: 24 + 110 } });
  expect(canValidateFinalistsLater(ample.search)).toBe(true);
  const free = await openWorld();
  expect(canValidateFinalistsLater(free.search)).toBe(false);
});
