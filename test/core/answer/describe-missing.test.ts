import { describe, expect, it } from "vitest";
import { countAnswer, describeMissing, noAnswers } from "../../../src/core/answer/describe-missing.ts";

describe("describeMissing", () => {
  it("returns nothing if all answers are usable", () => {
    expect(describeMissing({ ...noAnswers, answers: 40 })).toEqual([]);
  });

  it("gives the number and the likely cause", () => {
    expect(describeMissing({ ...noAnswers, answers: 40, empty: 40, emptyWithReasoning: 40 })).toEqual([
      "40 of 40 answers are empty and carry reasoning_content: raise max_tokens",
    ]);
  });

  it("has a sentence for each kind, with the model and the limit", () => {
    const counts = { answers: 90, empty: 3, emptyWithReasoning: 1, refusal: 2, cutOff: 12, filtered: 1 };
    const context = { model: "small", maxTokens: 4096, limitSource: "--max-cost" };
    expect(describeMissing(counts, context)).toEqual([
      "1 of 90 answers is empty and carries reasoning_content: raise max_tokens of small (it is 4,096, set because of --max-cost)",
      expect.stringMatching(/^2 of 90 answers are empty: /),
      "12 of 90 answers were cut off by the length limit: raise max_tokens of small (it is 4,096, set because of --max-cost)",
      expect.stringMatching(/^2 of 90 answers are refusals: /),
      expect.stringMatching(/^1 of 90 answers was withheld by a content filter: /),
    ]);
  });

  it("counts answers one by one", () => {
    const answers = [
      ...[{ kind: "text" }, { kind: "empty", reasoning: "hm" }, { kind: "empty" }, { kind: "cut_off" }],
      ...[{ kind: "refusal" }, { kind: "filtered" }, {}],
    ];
    expect(answers.reduce(countAnswer, noAnswers)).toEqual({
      ...{ answers: 7, empty: 2, emptyWithReasoning: 1, refusal: 1, cutOff: 1, filtered: 1 },
    });
  });
});
