import { expect, test } from "vitest";
import { shellWord } from "../../../src/core/text/shell-word.ts";

test("a text with blanks or quotes becomes one shell word", () => {
  expect(["main/default/x@2", "my prompts/x", "it's"].map(shellWord)).toEqual([
    "main/default/x@2",
    "'my prompts/x'",
    "'it'\\''s'",
  ]);
});
