import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wholeWordPattern } from "../../../src/scorers/text/fold-text.ts";

const find = (texts: string[], within: string, ignoreCase = false) =>
  [...within.matchAll(wholeWordPattern(texts, ignoreCase))].map(([text]) => text);

describe("wholeWordPattern", () => {
  it.each<[string[], string, string[]]>([
    [["cat"], "cat, concat cat's bobcat", ["cat", "cat"]],
    [["new york"], "new\n york", ["new\n york"]],
    [["a", "a b"], "a b a", ["a b", "a"]],
    [["positive"], "non-positive positive_trend positive-ish", []],
    [["positive"], "_positive_ *positive* positive--yes", ["positive", "positive", "positive"]],
    [["ärger"], "Ärger ärger verärgert", ["ärger"]],
    [["(x)", "[y]"], "f(x)[y]", ["(x)", "[y]"]],
    [["良い"], "とても良いです", ["良い"]],
  ])("finds %j in %j", (texts, within, found) => {
    expect(find(texts, within)).toEqual(found);
  });

  it("ignores case by option", () => {
    expect(find(["IT"], "It it", true)).toEqual(["It", "it"]);
  });

  it("finds any text by itself, whatever characters it contains", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        fc.pre(text.trim() !== "");
        expect(wholeWordPattern([text], false).test(text)).toBe(true);
      }),
    );
  });
});
