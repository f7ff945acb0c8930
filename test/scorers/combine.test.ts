import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Score, Scorer } from "../../src/contracts/scorer.ts";
import { ScorerError } from "../../src/core/errors.ts";
import { combineScorers } from "../../src/scorers/combine.ts";
import { makeJudgement, rejection } from "./fixtures.ts";

const fixed = (score: Score, usual = 0, judgeOverheadTokens?: number): Scorer => ({
  judgeCalls: { usual, most: usual * 2 },
  ...(judgeOverheadTokens === undefined ? {} : { judgeOverheadTokens }),
  score: async () => score,
});

describe("combineScorers", () => {
  it("is the weighted mean, with parts by name and feedback a line each", async () => {
    const scorer = combineScorers([
      {
        name: "json_fields",
        weight: 3,
        scorer: fixed({ value: 0.5, feedback: "urgency is wrong", parts: { urgency: 0 } }),
      },
      { name: "length", weight: 1, scorer: fixed({ value: 1 }) },
      { name: "judge", weight: 0, scorer: fixed({ value: 1 / 3, feedback: "so so" }) },
    ]);
    expect(await scorer.score(makeJudgement())).toEqual({
      value: 0.625,
      parts: { json_fields: 0.5, length: 1, judge: 1 / 3 },
      feedback: "json_fields 0.5: urgency is wrong\njudge 0.33: so so",
    });
  });

  it("leaves one scorer as it is", async () => {
    const only = fixed({ value: 0.5, parts: { a: 1 } });
    expect(combineScorers([{ name: "x", weight: 2, scorer: only }])).toBe(only);
  });

  it("adds up judge calls, and takes the largest overhead", () => {
    const scorer = combineScorers([
      { name: "a", weight: 1, scorer: fixed({ value: 1 }, 1, 500) },
      { name: "b", weight: 1, scorer: fixed({ value: 1 }) },
      { name: "c", weight: 1, scorer: fixed({ value: 1 }, 2, 900) },
    ]);
    expect(scorer.judgeCalls).toEqual({ usual: 3, most: 6 });
    expect(scorer.judgeOverheadTokens).toBe(900);
  });

  it("bounds the feedback of all together, each with its share", async () => {
    const long = fixed({ value: 0, feedback: "x".repeat(10_000) });
    const scorer = combineScorers(["a", "b", "c"].map((name) => ({ name, weight: 1, scorer: long })));
    const { feedback = "" } = await scorer.score(makeJudgement());
    expect(feedback.length).toBeLessThanOrEqual(4000);
    expect(feedback.split("\n").map((line) => line.slice(0, 5))).toEqual(["a 0: ", "b 0: ", "c 0: "]);
  });

  it("fails with the first failure, and runs no later scorer", async () => {
    const error = new ScorerError("no");
    const asked: string[] = [];
    const noting = (name: string, score: () => Promise<Score>) => ({
      name,
      weight: 1,
      scorer: {
        judgeCalls: { usual: 0, most: 0 },
        score: () => {
          asked.push(name);
          return score();
        },
      },
    });
    const scorer = combineScorers([
      noting("a", async () => ({ value: 1 })),
      noting("b", () => Promise.reject(error)),
      noting("c", async () => ({ value: 1 })),
    ]);
    expect(await rejection(scorer.score(makeJudgement()))).toBe(error);
    expect(asked).toEqual(["a", "b"]);
  });

  it("rejects weights that give no mean", () => {
    const pair = (one: number, other: number) => () =>
      combineScorers([
        { name: "a", weight: one, scorer: fixed({ value: 1 }) },
        { name: "b", weight: other, scorer: fixed({ value: 1 }) },
      ]);
    expect(pair(0, 0)).toThrow("the weights of a, b add up to 0");
    expect(pair(1, -1)).toThrow("the weight of scorer b is -1");
    expect(pair(Number.NaN, 1)).toThrow("the weight of scorer a is NaN");
    expect(pair(1e308, 1e308)).toThrow("the weights of a, b add up to Infinity");
    expect(() => combineScorers([])).toThrow("no scorer is configured");
  });

  it("stays between the lowest and the highest value, whatever the weights", async () => {
    const member = fc.record({
      value: fc.double({ min: 0, max: 1, noNaN: true }),
      weight: fc.double({ min: 0.001, max: 1000, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(member, { minLength: 2, maxLength: 6 }), async (members) => {
        const list = members.map(({ value, weight }, at) => ({
          name: `s${at}`,
          weight,
          scorer: fixed({ value }),
        }));
        const { value } = await combineScorers(list).score(makeJudgement());
        const all = members.map((it) => it.value);
        expect(value).toBeGreaterThanOrEqual(Math.min(...all) - 1e-9);
        expect(value).toBeLessThanOrEqual(Math.min(1, Math.max(...all) + 1e-9));
      }),
    );
  });
});
