import { expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.ts";
import { gatherLesson } from "../../../src/optimizers/mipro/gather-lesson.ts";
import { miproOptions } from "../../../src/optimizers/mipro/options.ts";
import { openMiproSearch } from "../../../src/optimizers/mipro/state.ts";
import { createScorecards } from "../../../src/optimizers/search/scorecards.ts";
import { allRules, promptOf, searchWorld } from "../../support/search-world.ts";

async function openWorld(stated: readonly string[] = ["r1"]) {
  const world = searchWorld({ rowsPerPart: 40, statedBySeed: stated });
  const cards = createScorecards(world.lab);
  const search = openMiproSearch(world.task, world.lab, cards, miproOptions.parse({ examples: 4 }));
  const ranOn = (id: string) => world.task.train.filter((row) => cards.isMeasured(id, row));
  return { ...world, search, cards, ranOn };
}

it("stops when it has enough failures for a proposal", async () => {
  const { search, task, ranOn } = await openWorld();
  await gatherLesson(search, task.seed, 10, (wanted) => wanted, createRandom(1));
  expect(ranOn(task.seed.id)).toHaveLength(10);
});

it("searches at most three batches if the candidate is right", async () => {
  const { search, task, ranOn } = await openWorld(allRules);
  await gatherLesson(search, task.seed, 10, (wanted) => wanted, createRandom(1));
  expect(ranOn(task.seed.id)).toHaveLength(30);
});

it("runs no row twice and stays within the budget", async () => {
  const { search, task, ranOn, target } = await openWorld(allRules);
  await gatherLesson(search, task.seed, 30, (wanted) => Math.min(wanted, 25), createRandom(1));
  expect(ranOn(task.seed.id)).toHaveLength(40);
  expect(target.asked).toHaveLength(40);
  const poor = await openWorld();
  await gatherLesson(poor.search, poor.task.seed, 10, () => 0, createRandom(1));
  expect(poor.target.asked).toEqual([]);
});

it("prefers rows that other candidates got wrong", async () => {
  const { search, task, cards, ranOn, draft } = await openWorld();
  await cards.measure(task.seed, task.train);
  const next = draft(promptOf(["r1", "r2"]));
  await gatherLesson(search, next, 8, (wanted) => wanted, createRandom(1));
  const wrong = ranOn(next.id).filter((row) => cards.score(task.seed.id, row) === 0).length;
  const share = task.train.filter((row) => cards.score(task.seed.id, row) === 0).length / task.train.length;
  expect(wrong / ranOn(next.id).length).toBeGreaterThan(share);
});
