import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { copiedWords } from "../../../src/optimizers/request/copied-rows.ts";

const row = "text: It's funny how a Yankee accent can catch you off guard.";

describe("a text copies a row", () => {
  it.each([
    ["to the letter", `For "It's funny how a Yankee accent can catch you off guard.", answer neutral.`],
    ["in other case, marks and lines", "its it'S FUNNY -- how a\nyankee accent, can"],
  ])("%s", (_, text) => {
    expect(copiedWords(text, "Say the mood.", ["text: Fine.", row])).toBe(
      "it s funny how a yankee accent can",
    );
  });

  test("in its last eight words", () => {
    const text = "Like: a Yankee accent can catch you off guard";
    expect(copiedWords(text, "", [row])).toBe("a yankee accent can catch you off guard");
  });

  it.each([
    ["with seven words of it", "a Yankee accent can catch you off, guard it"],
    ["with its words in another order", "guard off you catch can accent Yankee a how funny"],
    ["that is shorter than eight words", "It's funny how a Yankee accent"],
    ["without words", "---"],
  ])("but not %s", (_, text) => {
    expect(copiedWords(text.replace(", guard it", " balance"), "", [row])).toBeUndefined();
  });

  test("but not with words that the old text had", () => {
    expect(copiedWords(`Be brief. ${row}`, `Mind: ${row}`, [row])).toBeUndefined();
  });

  test("and not over the border of two rows", () => {
    const rows = ["one two three four", "five six seven eight"];
    expect(copiedWords("one two three four five six seven eight", "", rows)).toBeUndefined();
  });

  test("whatever stands around it", () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,6}$/), { maxLength: 12 });
    const copied = fc.array(fc.stringMatching(/^[0-9]{1,6}$/), { minLength: 8, maxLength: 12 });
    fc.assert(
      fc.property(words, copied, words, words, (before, row_, after, others) => {
        const text = [...before, ...row_, ...after].join(" ");
        expect(copiedWords(text, others.join(" "), [row_.join(" ")])).toBe(row_.slice(0, 8).join(" "));
        expect(copiedWords(text, text, [row_.join(" ")])).toBeUndefined();
      }),
    );
  });
});
