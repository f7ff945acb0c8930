import { expect, it } from "vitest";
import { isReworded } from "../../../src/optimizers/request/reworded.ts";

it.each([
  ["filler words", "What is the sentiment of this text?", "What is the sentiment of the given text?"],
  ["case and punctuation", "Classify: 'a' or 'b'", "classify 'a' or 'b'."],
  ["whitespace and emphasis", "Do this.\nAnd that.", "**Do this.** And that."],
])("is true for a change of %s", (_, one, other) => {
  expect(isReworded(one, other)).toBe(true);
});

it.each([
  ["one word", "Say yes.", "Say no."],
  ["an added rule", "Classify the text.", "Classify the text. Answer with one word."],
  ["a dropped rule", "Classify the text. Answer with one word.", "Classify the text."],
  ["the order", "Answer A, then B.", "Answer B, then A."],
  ["a form", "Answer {a}.", "Answer [a]."],
])("is false for a change of %s", (_, one, other) => {
  expect(isReworded(one, other)).toBe(false);
});
