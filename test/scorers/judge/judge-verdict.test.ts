import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/core/data/json.ts";
import { judgeVerdict } from "../../../src/scorers/judge/judge-verdict.ts";

const reply = (verdict: string) => JSON.stringify({ rationale: "because", verdict });

async function score(output: string, people: number, options: JsonObject = {}, judged: JsonObject = {}) {
  const given = judgeVerdict.options.parse({ use: "correctness", ...options });
  const scorer = judgeVerdict.create(given as never, { directory: "" });
  return scorer.score({
    example: {
      ...{
        id: "1",
        inputs: {},
        tags: {},
        origin: { file: "labels.csv", line: 2 },
        expected: "people's word",
      },
      expectations: {
        judged: { people, inputs: { q: "?" }, expected: "e", expectations: {}, answer: "a", ...judged },
      },
    },
    output,
    toolCalls: [],
  });
}

describe("judge_verdict", () => {
  it.each([
    ["correct", 1, 1],
    ["correct", 0, 0],
    ["incorrect", 0, 1],
    ["incorrect", 1, 0],
  ])("the verdict %s scores against people's %d: %d", async (verdict, people, value) => {
    expect(await score(reply(verdict), people)).toMatchObject({ value });
  });

  it("gives the search people's reason and the judge's", async () => {
    const { feedback } = await score(reply("correct"), 0, {}, { comment: "a guess" });
    expect(feedback).toBe("people: people's word (a guess); the judge's reason: because");
  });

  it("scores a reply without a verdict 0, and says why", async () => {
    const { value, feedback } = await score("I would say yes.", 1);
    expect(value).toBe(0);
    expect(feedback).toContain("no readable verdict: ");
  });

  it("compares grades by their distance", async () => {
    const verdicts = (words: readonly string[]) =>
      JSON.stringify({ verdicts: words.map((verdict, at) => ({ number: at + 1, rationale: "r", verdict })) });
    const options = { use: "guidelines", options: { guidelines: ["a", "b"] } };
    expect(
      await score(verdicts(["followed", "broken"]), 0.75, { ...options, scale: "graded" }),
    ).toMatchObject({ value: 0.75 });
    expect(await score(verdicts(["followed", "broken"]), 0, options)).toMatchObject({ value: 1 });
    expect(await score(verdicts(["followed", "broken"]), 0, { ...options, pass_score: 0.5 })).toMatchObject({
      value: 0,
    });
  });
});
