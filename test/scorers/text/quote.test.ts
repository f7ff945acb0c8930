import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutEnd, cutMiddle, listSome, quote, quoteList } from "../../../src/scorers/text/quote.ts";

const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

describe("quote", () => {
  it("writes a text on one line, and cuts the middle of a long one", () => {
    expect(quote('say "hi"\n')).toBe('"say \\"hi\\"\\n"');
    expect(quote("abcdefghijklmnopqrstuvwxyz", 9)).toBe('"abcde…xyz" (26 characters)');
  });

  it("never splits a character, nor exceeds its limit", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 4, max: 40 }), (text, limit) => {
        for (const cut of [cutMiddle(text, limit), cutEnd(text, limit)]) {
          expect(cut.length).toBeLessThanOrEqual(limit);
          expect(cut).not.toMatch(loneSurrogate);
        }
      }),
    );
  });

  it("lists the first items, and counts the rest", () => {
    expect(quoteList(["a", "b"])).toBe('"a", "b"');
    expect(listSome(["a", "b", "c"], "; ", 2)).toBe("a; b; and 1 more");
  });
});
