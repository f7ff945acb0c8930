import { expect, test } from "vitest";
import { shellWord } from "../../../src/core/text/shell-word.ts";

test("a word with blanks or quotes stays one word for a shell", () => {
  expect(["main/default/x@2", "my prompts/x", "it's"].map(shellWord)).toEqual([
    "main/default/x@2",
    "'my prompts/x'",
    "'it'\\''s'",
  ]);
});
