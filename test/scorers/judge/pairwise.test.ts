import { describe, expect, it } from "vitest";
import { pairwise } from "../../../src/scorers/judge/pairwise.ts";
import { make, makeJudgement, messageAt, rejection, scriptedJudge, sectionsOf } from "../fixtures.ts";

const verdicts = (first: string, second: string) =>
  scriptedJudge([
    JSON.stringify({ rationale: "r1", verdict: first }),
    JSON.stringify({ rationale: "r2", verdict: second }),
  ]);
const compare = (first: string, second: string) =>
  make(pairwise).score(
    makeJudgement({ row: { sourceOutput: "old" }, output: "new", judge: verdicts(first, second) }),
  );

describe("pairwise", () => {
  it.each([
    [
      "A",
      "B",
      1,
      "judged better than the source model's answer in both orders; shown first: r1; shown second: r2",
    ],
    [
      "B",
      "A",
      0,
      "judged worse than the source model's answer in both orders; shown first: r1; shown second: r2",
    ],
    [
      "tie",
      "tie",
      0.5,
      "judged as good as the source model's answer in both orders; shown first: r1; shown second: r2",
    ],
    [
      "A",
      "A",
      0.5,
      "judged better when shown first and worse when shown second: the judge's verdict depends on the order (position bias), so it counts as a tie; shown first: r1; shown second: r2",
    ],
    [
      "B",
      "tie",
      0.5,
      "judged worse when shown first and as good when shown second: the judge's verdict depends on the order (position bias), so it counts as a tie; shown first: r1; shown second: r2",
    ],
  ])("scores %s then %s as %d", async (first, second, value, feedback) => {
    expect(await compare(first, second)).toEqual({ value, feedback });
  });

  it("ignores a judge that always answers A, or always B", async () => {
    for (const word of ["A", "B"]) expect((await compare(word, word)).value).toBe(0.5);
  });

  it("shows the answers in both orders", async () => {
    const judge = verdicts("A", "B");
    await make(pairwise, { criteria: "brevity" }).score(
      makeJudgement({ row: { sourceOutput: "old" }, output: "new", judge }),
    );
    expect(judge.requests.map(sectionsOf)).toEqual([
      { Input: "a question", "Answer A": "new", "Answer B": "old" },
      { Input: "a question", "Answer A": "old", "Answer B": "new" },
    ]);
    expect(messageAt(judge.requests[0], 0)).toContain("What decides: brevity.");
  });

  it("compares with the expected answer where there is no other, or by option", async () => {
    const judge = verdicts("A", "B");
    const { feedback } = await make(pairwise).score(
      makeJudgement({ row: { expected: "right" }, output: "new", judge }),
    );
    expect(feedback).toMatch(/^judged better than the expected answer in both orders/);
    const row = { expected: "same", sourceOutput: "old" };
    expect(
      await make(pairwise, { against: "expected" }).score(makeJudgement({ row, output: "same" })),
    ).toEqual({
      value: 0.5,
      feedback: "the answer is the same as the expected answer",
    });
  });

  it.each([
    ["auto", "no answer of the source model and no expected answer"],
    ["source", "no answer of the source model"],
    ["expected", "no expected answer"],
  ])("rejects a row without what %s needs", async (against, lack) => {
    const error = await rejection(make(pairwise, { against }).score(makeJudgement({ output: "x" })));
    expect(error.message).toBe(`rows.jsonl:7: scorer pairwise: the row has ${lack}`);
  });

  it("declares at most four calls: two orders, each with one retry", () => {
    expect(make(pairwise).judgeCalls).toEqual({ usual: 2, most: 4 });
  });
});
