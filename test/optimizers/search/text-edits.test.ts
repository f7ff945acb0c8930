import { expect, test } from "vitest";
import { editsByPlace, textEdits } from "../../../src/optimizers/search/text-edits.ts";

test("edits are listed sentence by sentence, regardless of line breaks", () => {
  const before = "Be brief. Answer yes or no.\nBe kind.";
  const after = "Be brief.\nAnswer yes, no or maybe.\nBe kind.\n- Never guess.";
  expect(textEdits(before, after)).toEqual({
    removed: ["Answer yes or no."],
    added: ["Answer yes, no or maybe.", "- Never guess."],
  });
});

test("whitespace and line breaks are not edits", () => {
  expect(textEdits("Be brief. Be kind.", "  Be brief.\n\nBe kind.  ")).toEqual({ removed: [], added: [] });
});

test("adjacent edits are grouped", () => {
  expect(editsByPlace("A. B. C. D. E.", "X. A. Y. Z. C. E. F.")).toEqual([
    { at: 0, removed: [], added: ["X."] },
    { at: 2, removed: ["B."], added: ["Y.", "Z."] },
    { at: 5, removed: ["D."], added: [] },
    { at: 6, removed: [], added: ["F."] },
  ]);
});

test("an empty text on either side is one position", () => {
  expect(editsByPlace("", "A.\nB.")).toEqual([{ at: 0, removed: [], added: ["A.", "B."] }]);
  expect(editsByPlace("A.\nB.", "")).toEqual([{ at: 0, removed: ["A.", "B."], added: [] }]);
  expect(editsByPlace("A.\nB.", "A. B.")).toEqual([]);
});
