import { expect, test } from "vitest";
import { makerWords } from "../../../src/report/rows/maker-words.ts";

test.each([
  ["reflection", 1, "rewrite"],
  ["fold", 4, "4 rewrites joined"],
  ["merge", 2, "parts of 2 prompts"],
  ["pruning", 1, "rewrite without idle edits"],
  ["gepa: fold", 2, "gepa: 2 rewrites joined"],
  ["my-engine", 1, "my-engine"],
  ["my-engine", 3, "my-engine of 3"],
  ["constructor", 1, "constructor"],
])("%s with %i parents is %s", (by, parents, words) => {
  expect(makerWords(by, parents)).toBe(words);
});
