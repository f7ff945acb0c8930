import { expect, test } from "vitest";
import { textEdits } from "../../src/optimizers/text-edits.ts";

test("edits are told sentence by sentence, wherever the lines break", () => {
  const before = "Be brief. Answer yes or no.\nBe kind.";
  const after = "Be brief.\nAnswer yes, no or maybe.\nBe kind.\n- Never guess.";
  expect(textEdits(before, after)).toEqual({
    removed: ["Answer yes or no."],
    added: ["Answer yes, no or maybe.", "- Never guess."],
  });
});

test("blanks and line breaks alone are no edit", () => {
  expect(textEdits("Be brief. Be kind.", "  Be brief.\n\nBe kind.  ")).toEqual({ removed: [], added: [] });
});
