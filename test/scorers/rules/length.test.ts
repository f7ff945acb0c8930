import { describe, expect, it } from "vitest";
import { length } from "../../../src/scorers/rules/length.ts";
import { make, makeJudgement, optionProblems } from "../fixtures.ts";

const score = (options: { [key: string]: number | boolean }, output: string) =>
  make(length, options).score(makeJudgement({ output }));

describe("length", () => {
  it("counts characters, words and tokens", async () => {
    expect(await score({ min_chars: 3, max_chars: 3 }, " a👍b\n")).toEqual({ value: 1 });
    expect(await score({ max_words: 2 }, "one two three")).toEqual({
      value: 0,
      feedback: "the answer has 3 words, at most 2 are allowed",
    });
    expect(await score({ min_tokens: 3 }, "12345678")).toEqual({
      value: 0,
      feedback: "the answer has 2 tokens (estimated), at least 3 are wanted",
    });
    expect(await score({ min_chars: 1, max_words: 1 }, "")).toEqual({
      value: 0,
      feedback: "the answer has 0 characters, at least 1 are wanted",
    });
  });

  it("falls with the distance when graded", async () => {
    expect((await score({ max_chars: 5, graded: true }, "1234567890")).value).toBe(0.5);
    expect((await score({ min_words: 4, max_chars: 100, graded: true }, "one")).value).toBe(0.25);
    expect((await score({ max_chars: 0, graded: true }, "a")).value).toBe(0);
    expect((await score({ min_chars: 5, graded: true }, "")).value).toBe(0);
  });

  it("reports all violated limits", async () => {
    const { feedback } = await score({ max_chars: 2, max_words: 1 }, "a bc");
    expect(feedback).toBe(
      "the answer has 4 characters, at most 2 are allowed; the answer has 2 words, at most 1 are allowed",
    );
  });

  it("needs a limit that can be met", () => {
    expect(optionProblems(length, {})).toEqual([
      ": set at least one of: min_chars, max_chars, min_words, max_words, min_tokens, max_tokens",
    ]);
    expect(optionProblems(length, { min_words: 5, max_words: 4 })).toEqual([
      "min_words: min_words (5) is above max_words (4)",
    ]);
  });
});
