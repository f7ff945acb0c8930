import { expect, test } from "vitest";
import { chooseComponents } from "../../../src/optimizers/gepa/run-lanes.ts";
import { candidateOf, openSearchWorld } from "./open-search.ts";

const texts = { a: "1", b: "2", c: "3" };

test("takes the texts of a parent in turn, separately for each parent", async () => {
  const { search } = await openSearchWorld();
  const [one, other] = [candidateOf("one", texts), candidateOf("other", texts)];
  const chosen = [one, one, other, one, one].map((parent) => chooseComponents(search, parent));
  expect(chosen).toEqual([["a"], ["b"], ["a"], ["c"], ["a"]]);
});

test("a child continues from its most advanced parent", async () => {
  const { search } = await openSearchWorld();
  const [one, other] = [candidateOf("one", texts), candidateOf("other", texts)];
  for (const parent of [one, one, other]) chooseComponents(search, parent);
  expect(chooseComponents(search, candidateOf("child", texts, ["other", "one"]))).toEqual(["c"]);
});

test("takes all of them with components: all", async () => {
  const { search } = await openSearchWorld({ components: "all" });
  expect(chooseComponents(search, candidateOf("one", texts))).toEqual(["a", "b", "c"]);
});
