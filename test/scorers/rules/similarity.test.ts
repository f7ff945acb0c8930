import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { similarity } from "../../../src/scorers/rules/similarity.ts";
import { rate } from "../fixtures.ts";

describe("similarity", () => {
  it("is the F1 of shared words", async () => {
    expect(await rate(similarity, "the cat sat", "The cat slept here")).toEqual({
      value: (2 * 2) / 7,
      parts: { precision: 2 / 4, recall: 2 / 3 },
      feedback:
        'expected "the cat sat", got "The cat slept here"; word overlap (F1) 0.57; missing words: "sat"; words too many: "slept", "here"',
    });
  });

  it("is 1 for equal words and 0 for none in common", async () => {
    expect(await rate(similarity, "Yes.", "yes")).toEqual({ value: 1, parts: { precision: 1, recall: 1 } });
    expect((await rate(similarity, "yes", "no")).value).toBe(0);
    expect((await rate(similarity, "yes", "")).value).toBe(0);
    expect((await rate(similarity, "", "")).value).toBe(1);
    expect((await rate(similarity, "?!", "?!")).value).toBe(1);
  });

  it("counts a repeated word once for each", async () => {
    expect((await rate(similarity, "a a b", "a b b")).value).toBeCloseTo(2 / 3);
  });

  it("treats each character of a script without spaces as a word", async () => {
    expect((await rate(similarity, "東京都", "京都")).value).toBeCloseTo(0.8);
  });

  it("respects case and a threshold by option", async () => {
    expect((await rate(similarity, "Yes", "yes", { ignore_case: false })).value).toBe(0);
    expect((await rate(similarity, "a b c", "a b d", { threshold: 0.6 })).value).toBe(1);
    expect((await rate(similarity, "a b c", "a b d", { threshold: 0.7 })).value).toBe(0);
  });

  it("stays from 0 to 1, and is symmetric", async () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(fc.constantFrom("a", "b", "c", "東")).map((words) => words.join(" ")),
    );
    await fc.assert(
      fc.asyncProperty(text, text, async (one, other) => {
        const { value } = await rate(similarity, one, other);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect((await rate(similarity, other, one)).value).toBe(value);
        expect((await rate(similarity, one, one)).value).toBe(1);
      }),
    );
  });
});
