import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { statesFact } from "../../../src/scorers/text/find-fact.ts";

describe("statesFact", () => {
  it("finds a fact's words in any case and spacing, composed or not", () => {
    expect(statesFact("The CAFE\u0301\n is open", "caf\u00e9 is")).toBe(true);
    expect(statesFact("closed", "open")).toBe(false);
  });

  it("searches on when a number was only part of a longer one", () => {
    expect(statesFact("15 days or 5 days", "5 days")).toBe(true);
    expect(statesFact("15 days or 25 days", "5 days")).toBe(false);
    expect(statesFact("It takes 5, not 6.", "takes 5")).toBe(true);
  });

  it("allows deviations only in words", () => {
    expect(statesFact("retrun within 30 days", "return within 30 days", 0.1)).toBe(true);
    expect(statesFact("return within 31 days", "return within 30 days", 0.1)).toBe(false);
    expect(statesFact("return within 3 days", "return within 30 days", 0.1)).toBe(false);
    expect(statesFact("return within 300 days", "return within 30 days", 0.1)).toBe(false);
  });

  it("finds every fact in itself and in a sentence around it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (fact) => {
        expect(statesFact(fact, fact)).toBe(true);
        expect(statesFact(`So: ${fact} !`, fact)).toBe(true);
      }),
    );
  });
});
