import { expect, it } from "vitest";
import { isReworded } from "../../../src/optimizers/request/reworded.ts";

it.each([
  ["filler words", "What is the sentiment of this text?", "What is the sentiment of the given text?"],
  ["one word", "Classify the text.", "Classify the tweet."],
  ["case and punctuation", "Classify: 'a' or 'b'", "classify 'a' or 'b'."],
])("is true for a change of %s", (_, one, other) => {
  expect(isReworded(one, other)).toBe(true);
});

it.each([
  ["an added rule", "Classify the text.", "Classify the text. Answer with one word."],
  ["an added label", "Answer yes or no.", "Answer yes, no or maybe later."],
  ["another order of the rules", "Answer A. Then answer B.", "Answer B. Then answer A instead."],
  ["a dropped rule", "Classify the text. Answer with one word.", "Classify the text."],
])("is false for %s", (_, one, other) => {
  expect(isReworded(one, other)).toBe(false);
});
