import { expect, test } from "vitest";
import type { SearchObjectives } from "../../../src/contracts/optimizer.ts";
import { searchByReflection } from "../../../src/optimizers/gepa/gepa.ts";
import { gepaOptions } from "../../../src/optimizers/gepa/options.ts";
import { allRules, promptOf, replyWith, searchWorld } from "../../support/search-world.ts";

const wordy = promptOf([...allRules], "\nBe friendly.\nThank the reader.");
const terse = promptOf(allRules);

/** Texts measured on every validation row if each rewrite states all rules among useless words. */
async function measuredTexts(objectives?: SearchObjectives): Promise<readonly (string | undefined)[]> {
  const world = searchWorld({ reflect: () => replyWith(wordy), rowsPerPart: 40 });
  const task = { ...world.task, ...(objectives === undefined ? {} : { objectives }) };
  const end = await searchByReflection(task, world.lab, gepaOptions.parse({}));
  expect(end.stopped).toBe("perfect");
  const measured = world.outcomeStore.candidates.filter(({ id }) => world.validationOf(id) !== undefined);
  return measured.map(({ texts }) => texts["p"]);
}

test("a search that ends with a perfect prompt does not continue to shorten it", async () => {
  const texts = await measuredTexts();
  expect(texts).toContain(wordy);
  expect(texts).not.toContain(terse);
});

test.each<SearchObjectives>([
  { quality: 1, promptTokens: 0.1, select: { kind: "best" } },
  { quality: 1, promptTokens: 0, select: { kind: "cheapest_within", margin: 0.01 } },
])("with a price on length, the winner is pruned before the end: %o", async (objectives) => {
  expect(await measuredTexts(objectives)).toContain(terse);
});
