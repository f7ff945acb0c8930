import { expect, it } from "vitest";
import type { OptimizationTask } from "../../../src/contracts/optimizer.ts";
import { demonstrationPlaces } from "../../../src/optimizers/demonstrations/demonstration.ts";
import { searchWorld } from "../../support/search-world.ts";

const { task } = searchWorld();
const placesOf = (
  texts: Record<string, string>,
  variables: Record<string, readonly string[]>,
  inputs = { text: "a" },
) =>
  demonstrationPlaces({
    ...task,
    seed: { ...task.seed, texts },
    contract: { variables, locked: [] },
    train: task.train.map((row) => ({ ...row, inputs })),
  } satisfies OptimizationTask);

it("is the text of a text prompt, with its inputs in order", () => {
  const inputs = { note: "n", text: "a", unused: "x" };
  expect(placesOf({ p: "{{text}} {{note}} {{page}}" }, { p: ["text", "note", "page"] }, inputs)).toEqual([
    { text: "p", fields: ["text", "note"] },
  ]);
});

it("is the system message of a chat prompt, even if it uses no input", () => {
  const texts = { "p#0:system": "Judge.", "p#2:user": "{{text}}" };
  expect(placesOf(texts, { "p#0:system": [], "p#2:user": ["text"] })).toEqual([
    { text: "p#0:system", fields: ["text"] },
  ]);
});

it("is the first message of a chat prompt without a system message", () => {
  const texts = { "p#0:user": "Judge.", "p#1:user": "{{text}}" };
  expect(placesOf(texts, { "p#0:user": [], "p#1:user": ["text"] })).toMatchObject([{ text: "p#0:user" }]);
});

it("is one text in each prompt of an agent that uses inputs", () => {
  const texts = { plan: "Plan {{text}}", check: "Check {{draft}}", "answer#0:system": "Answer {{text}}" };
  const variables = { plan: ["text"], check: ["draft"], "answer#0:system": ["text"] };
  expect(placesOf(texts, variables).map(({ text }) => text)).toEqual(["plan", "answer#0:system"]);
});

it("is the first prompt with all inputs if no prompt uses any", () => {
  expect(placesOf({ p: "Judge.", q: "Check." }, { p: [], q: [] })).toEqual([{ text: "p" }]);
});
