import { describe, expect, it } from "vitest";
import { correctness } from "../../../src/scorers/judge/correctness.ts";
import { make, makeJudgement, rejection, scriptedJudge, sectionsOf } from "../fixtures.ts";

const facts = (...verdicts: string[]) =>
  JSON.stringify({
    verdicts: verdicts.map((verdict, at) => ({ number: at + 1, rationale: `reason ${at + 1}`, verdict })),
  });

describe("correctness", () => {
  it("judges by the expected answer", async () => {
    const judge = scriptedJudge([
      '{"rationale": "says so", "verdict": "correct"}',
      '{"rationale": "says Rome", "verdict": "incorrect"}',
    ]);
    const scorer = make(correctness);
    const row = { expected: "Paris" };
    expect(await scorer.score(makeJudgement({ row, output: "It is Paris", judge }))).toEqual({
      value: 1,
      feedback: "says so",
    });
    expect(await scorer.score(makeJudgement({ row, output: "Rome", judge }))).toEqual({
      value: 0,
      feedback: 'expected "Paris", got "Rome"; judged incorrect: says Rome',
    });
    expect(await scorer.score(makeJudgement({ row, output: "Paris" }))).toEqual({ value: 1 });
    expect((await scorer.score(makeJudgement({ row, output: "" }))).value).toBe(0);
  });

  it("judges by the facts where a row has them, whatever the order of verdicts", async () => {
    const judge = scriptedJudge([
      JSON.stringify({
        verdicts: [
          { number: 2, rationale: "not there", verdict: "missing" },
          { number: 1, rationale: "there", verdict: "stated" },
        ],
      }),
    ]);
    const row = { expected: "ignored", expectedFacts: ["30 days", "receipt needed"] };
    expect(await make(correctness).score(makeJudgement({ row, output: "30 days", judge }))).toEqual({
      value: 0.5,
      parts: { fact_1: 1, fact_2: 0 },
      feedback: '1 of 2 expected facts are stated; not stated: "receipt needed" (not there)',
    });
    expect(sectionsOf(judge.requests[0])).toEqual({
      Input: "a question",
      "Expected facts": "1. 30 days\n2. receipt needed",
      "Actual answer": "30 days",
    });
  });

  it("asks again if a fact has no verdict or several", async () => {
    const judge = scriptedJudge([facts("stated"), facts("stated", "stated")]);
    const row = { expectedFacts: ["a", "b"] };
    expect((await make(correctness).score(makeJudgement({ row, output: "x", judge }))).value).toBe(1);
    const second = judge.requests[1]?.messages.at(-1)?.content;
    expect(second).toContain("verdicts: exactly one entry for each number from 1 to 2 is wanted");
  });

  it("follows the option", async () => {
    const judge = scriptedJudge(['{"rationale": "r", "verdict": "correct"}']);
    const row = { expected: "a", expectedFacts: ["b"] };
    await make(correctness, { against: "answer" }).score(makeJudgement({ row, output: "c", judge }));
    expect(sectionsOf(judge.requests[0])).toHaveProperty("Expected answer", "a");
    const error = await rejection(
      make(correctness, { against: "facts" }).score(
        makeJudgement({ row: { expected: "a" }, output: "c", judge }),
      ),
    );
    expect(error.message).toBe("rows.jsonl:7: scorer correctness: the row has no expected facts");
  });

  it("gives an empty answer 0 without a judge", async () => {
    const judgement = makeJudgement({ row: { expectedFacts: ["a"] }, output: "" });
    expect(await make(correctness).score(judgement)).toEqual({ value: 0, feedback: "the answer is empty" });
  });
});
