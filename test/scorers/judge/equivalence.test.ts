import { describe, expect, it } from "vitest";
import { equivalence } from "../../../src/scorers/judge/equivalence.ts";
import { make, makeJudgement, messageAt, rejection, scriptedJudge, sectionsOf } from "../fixtures.ts";

const verdict = (word: string) => JSON.stringify({ rationale: `it is ${word}`, verdict: word });

describe("equivalence", () => {
  it("gives 1 or 0 by the verdict, with the reason", async () => {
    const judge = scriptedJudge([verdict("equivalent"), verdict("different")]);
    const judgement = makeJudgement({ row: { expected: "It is Paris." }, output: "Paris, it is.", judge });
    const scorer = make(equivalence);
    expect(await scorer.score(judgement)).toEqual({ value: 1, feedback: "it is equivalent" });
    expect(await scorer.score(judgement)).toEqual({
      value: 0,
      feedback: 'expected "It is Paris.", got "Paris, it is."; judged different: it is different',
    });
    expect(sectionsOf(judge.requests[0])).toEqual({
      Input: "a question",
      "Expected answer": "It is Paris.",
      "Actual answer": "Paris, it is.",
    });
  });

  it("needs no judge for an identical or empty answer", async () => {
    const scorer = make(equivalence);
    const row = { expected: "Paris" };
    expect(await scorer.score(makeJudgement({ row, output: " Paris\n" }))).toEqual({ value: 1 });
    expect(await scorer.score(makeJudgement({ row, output: " " }))).toEqual({
      value: 0,
      feedback: 'expected "Paris", got an empty answer',
    });
  });

  it("passes the judge the format rule and the user's own rules", async () => {
    const judge = scriptedJudge(() => verdict("equivalent"));
    const judgement = makeJudgement({ row: { expected: "a" }, output: "b", judge });
    await make(equivalence).score(judgement);
    await make(equivalence, { same_format: false, instructions: "Dates count." }).score(judgement);
    expect(messageAt(judge.requests[0], 0)).toContain("the same meaning and has the same format (");
    expect(messageAt(judge.requests[1], 0)).toContain(
      "the same meaning; wording, order and format may differ.",
    );
    expect(messageAt(judge.requests[1], 0)).toContain("Further rules:\nDates count.");
  });

  it("judges a row with only facts by its facts", async () => {
    const reply = JSON.stringify({ verdicts: [{ number: 1, rationale: "said so", verdict: "stated" }] });
    const judgement = makeJudgement({
      row: { expectedFacts: ["30 days"] },
      output: "a month",
      judge: scriptedJudge([reply]),
    });
    expect(await make(equivalence).score(judgement)).toEqual({
      value: 1,
      feedback: "1 of 1 expected facts are stated",
      parts: { fact_1: 1 },
    });
  });

  it("shows several inputs by name, and tool calls with the answer", async () => {
    const judge = scriptedJudge([verdict("different")]);
    await make(equivalence).score(
      makeJudgement({
        row: { expected: "x", inputs: { question: "who?", context: { a: [1] } } },
        toolCalls: [{ id: "1", name: "find", arguments: '{"q":"who"}' }],
        judge,
      }),
    );
    expect(sectionsOf(judge.requests[0])).toMatchObject({
      Input: 'question: who?\ncontext: {"a":[1]}',
      "Actual answer": '[calls tool find with {"q":"who"}]',
    });
  });

  it("rejects a row without an expected answer before it asks", async () => {
    const judge = scriptedJudge([]);
    const error = await rejection(make(equivalence).score(makeJudgement({ output: "x", judge })));
    expect(error.message).toBe("rows.jsonl:7: scorer equivalence: the row has no expected answer");
    expect(judge.requests).toHaveLength(0);
  });
});
