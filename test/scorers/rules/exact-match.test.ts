import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactMatch } from "../../../src/scorers/rules/exact-match.ts";
import { make, makeJudgement, rate, rejection } from "../fixtures.ts";

describe("exact_match", () => {
  it("accepts the expected answer with surrounding white space", async () => {
    expect(await rate(exactMatch, "positive", "positive")).toEqual({ value: 1 });
    expect(await rate(exactMatch, "positive\n", "  positive\t")).toEqual({ value: 1 });
  });

  it.each([
    [
      "positive",
      "The sentiment is positive.",
      'expected "positive", got "The sentiment is positive."; the expected answer is in it, but must stand alone',
    ],
    ["positive", "Positive", 'expected "positive", got "Positive"; they differ only in letter case'],
    ["positive", "positive.", 'expected "positive", got "positive."; they differ only in punctuation'],
    ["New York", "New  York", 'expected "New York", got "New  York"; they differ only in white space'],
    [
      "positive",
      "Positive!",
      'expected "positive", got "Positive!"; they differ only in letter case and punctuation',
    ],
    ["caf\u00e9", "cafe\u0301", 'expected "café", got "cafe\u0301"; they differ only in Unicode form'],
    ["positive", "negative", 'expected "positive", got "negative"'],
    ["positive", "  ", 'expected "positive", got an empty answer'],
    [
      "very positive",
      "positive",
      'expected "very positive", got "positive"; it is only a part of the expected answer',
    ],
    ["...", "???", 'expected "...", got "???"'],
    ["a\nb", "a b", 'expected "a\\nb", got "a b"; they differ only in white space'],
  ])("describes how %j and %j differ", async (expected, output, feedback) => {
    expect(await rate(exactMatch, expected, output)).toEqual({ value: 0, feedback });
  });

  it("names the position where long texts differ, and shortens both", async () => {
    const expected = `${"The quick brown fox jumps over the lazy dog. ".repeat(5)}End.`;
    const { feedback } = await rate(exactMatch, expected, expected.replace("End", "Fin"));
    expect(feedback).toContain("(229 characters)");
    expect(feedback).toContain(
      'the first difference is at character 226: expected " over the lazy dog. End.", got " over the lazy dog. Fin."',
    );
    expect(feedback?.length).toBeLessThan(600);
  });

  it("ignores the differences that options name, alone and together", async () => {
    expect((await rate(exactMatch, "Yes", "yes", { ignore_case: true })).value).toBe(1);
    expect((await rate(exactMatch, "a b", "a\n b", { ignore_space: true })).value).toBe(1);
    expect((await rate(exactMatch, "it's", "its.", { ignore_punctuation: true })).value).toBe(1);
    const all = { ignore_case: true, ignore_space: true, ignore_punctuation: true };
    expect((await rate(exactMatch, "Yes, sir", "yes  SIR !", all)).value).toBe(1);
    expect(await rate(exactMatch, "Yes", "yes.", { ignore_case: true })).toEqual({
      value: 0,
      feedback: 'expected "Yes", got "yes."; they differ only in punctuation',
    });
  });

  it("judges by the source model's answer when the row has no other", async () => {
    const scorer = make(exactMatch);
    expect(await scorer.score(makeJudgement({ row: { sourceOutput: "yes" }, output: "yes" }))).toEqual({
      value: 1,
    });
  });

  it("rejects a row without an expected answer, naming its place", async () => {
    const error = await rejection(make(exactMatch).score(makeJudgement({ output: "x" })));
    expect(error).toMatchObject({
      code: "scorer_failed",
      message: "rows.jsonl:7: scorer exact_match: the row has no expected answer",
      hint: "add to the row expectations.expected_response (or outputs of the source model), or name the column under the dataset's `expected`",
    });
  });

  it("is symmetric and reflexive", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), async (one, other) => {
        expect((await rate(exactMatch, one, one)).value).toBe(1);
        expect((await rate(exactMatch, one, other)).value).toBe((await rate(exactMatch, other, one)).value);
      }),
    );
  });
});
