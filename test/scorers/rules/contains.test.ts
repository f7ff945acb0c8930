import { describe, expect, it } from "vitest";
import { contains } from "../../../src/scorers/rules/contains.ts";
import { make, makeJudgement, optionProblems, rate, rejection } from "../fixtures.ts";

describe("contains", () => {
  it("looks for the expected answer", async () => {
    expect(await rate(contains, "Paris", "It is Paris.")).toEqual({ value: 1 });
    expect(await rate(contains, "Paris", "It is paris.")).toEqual({
      value: 0,
      feedback: 'the answer must contain "Paris"; got "It is paris."',
    });
    expect((await rate(contains, "Paris", "It is paris.", { ignore_case: true })).value).toBe(1);
    expect((await rate(contains, "New York", "New\nYork", { ignore_space: true })).value).toBe(1);
  });

  it("looks for listed texts, all or any, without an expected answer", async () => {
    const all = make(contains, { texts: ["sorry", "refund"] });
    const any = make(contains, { texts: ["sorry", "refund"], mode: "any" });
    const some = makeJudgement({ output: "a refund is due" });
    expect(await all.score(some)).toEqual({
      value: 0,
      feedback: 'the answer must contain "sorry"; got "a refund is due"',
    });
    expect(await any.score(some)).toEqual({ value: 1 });
    expect(await any.score(makeJudgement({ output: "no" }))).toEqual({
      value: 0,
      feedback: 'the answer must contain one of "sorry", "refund"; got "no"',
    });
  });

  it("rejects unwanted texts, alone or beside wanted ones", async () => {
    const scorer = make(contains, { texts: ["yes"], absent: ["as an AI"] });
    expect(await scorer.score(makeJudgement({ output: "as an AI, I say no" }))).toEqual({
      value: 0,
      feedback:
        'the answer must contain "yes"; the answer must not contain "as an AI"; got "as an AI, I say no"',
    });
    expect(await make(contains, { absent: ["no"] }).score(makeJudgement({ output: "yes" }))).toEqual({
      value: 1,
    });
  });

  it("finds whole words by option", async () => {
    const whole = { whole_word: true };
    expect((await rate(contains, "art", "a good start", whole)).value).toBe(0);
    expect((await rate(contains, "art", "(art)", whole)).value).toBe(1);
    expect((await rate(contains, "a+b (c)", "so a+b (c)!", whole)).value).toBe(1);
  });

  it("needs an expected answer when nothing is listed", async () => {
    const error = await rejection(make(contains).score(makeJudgement()));
    expect(error.message).toBe("rows.jsonl:7: scorer contains: the row has no expected answer");
  });

  it("rejects empty lists and texts", () => {
    expect(optionProblems(contains, { texts: [] })).toHaveLength(1);
    expect(optionProblems(contains, { absent: [" "] })).toHaveLength(1);
  });
});
