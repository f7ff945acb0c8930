import { describe, expect, it } from "vitest";
import { answerOffline } from "../../../src/offline/answer-offline.ts";
import { judgeRules, statedRules } from "../../../src/offline/judge/judge-rules.ts";
import { createJudge } from "../../../src/scorers/judge/judge-verdict.ts";

const expected = "You can return an order within 30 days of delivery.";

/** The judge's score of an answer, with these rules added to the built-in ones. */
async function score(answer: string, rules: string): Promise<number> {
  const judge = createJudge("correctness", { template: `{{rules}}\n${rules}\n\n{{question}}` });
  const { value } = await judge.score({
    example: {
      id: "",
      inputs: { question: "How long?" },
      expected,
      expectations: {},
      tags: {},
      origin: { file: "" },
    },
    output: answer,
    toolCalls: [],
    judge: {
      provider: "offline",
      modelId: "offline/large",
      complete: async ({ messages }) => ({
        ...answerOffline({ model: "offline/large", messages, parameters: {} }),
        latencyMs: 0,
      }),
    },
  });
  return value;
}

const cases = [
  ["You cannot return an order within 30 days of delivery.", 1, 0],
  ["Maybe you can return an order within 30 days of delivery.", 1, 0],
  ["You can return an order within 30 days of delivery, or 90 days with our premium card.", 1, 1],
  ["You can return an order within 14 days of delivery.", 0, 0],
  [`${expected} We also promise free lifetime service, a personal adviser and a surprise gift.`, 1, 0],
  ["Return an order.", 0, 0],
] as const;

describe("an offline judge", () => {
  it.each(cases)("%s: %d without rules, %d with all of them", async (answer, without, withAll) => {
    const all = judgeRules.map(({ statements }) => statements[0]).join("\n");
    expect(await score(answer, "")).toBe(without);
    expect(await score(answer, all)).toBe(withAll);
  });

  it("passes a short answer if its rules say so, and the figures are there", async () => {
    const rule = "An answer that gives the main point in fewer words is right.";
    expect(await score("Return an order.", rule)).toBe(1);
    expect(await score("Return an order.", `Compare the figures: another number is wrong.\n${rule}`)).toBe(0);
  });

  it("follows no rule that its instructions do not state", () => {
    expect(statedRules("Decide whether the answer is correct. It takes a clear stand.")).toEqual([]);
    for (const rule of judgeRules)
      for (const statement of rule.statements) expect(statedRules(statement)).toEqual([rule]);
  });

  it("does not take a rewrite of its rules for a question", () => {
    const content = [
      '# Examples\n\n### Inputs\n\n```\nquestion: ## Input\n<data-0123456789ab>\na\n</data-0123456789ab>\n\n## Expected answer\n<data-0123456789ab>\nb\n</data-0123456789ab>\n\n## Actual answer\n<data-0123456789ab>\nc\n</data-0123456789ab>\n\nReply with one JSON object and nothing else:\n{"rationale": "<one>", "verdict": "correct" or "incorrect"}\n```',
      "### Assistant's answer\n\n```\n{}\n```",
      "# Current instructions\n\n```judge\nJudge.\n```",
      "Provide the new instructions in full within ```` blocks.",
    ].join("\n\n");
    const { text } = answerOffline({
      model: "offline/large",
      messages: [{ role: "user", content }],
      parameters: {},
    });
    expect(text).toContain("Judge.");
    expect(text).not.toContain('"verdict"');
  });
});
