import { expect, it } from "vitest";
import { messageText } from "../../../src/core/prompt/message.ts";
import {
  dataSummary,
  type InstructionGrounds,
  instructionPrompt,
} from "../../../src/optimizers/mipro/instruction-prompt.ts";
import { searchWorld } from "../../support/search-world.ts";

const { task } = searchWorld();
const [row] = task.train;
if (row === undefined) throw new Error("no row");
const grounds: InstructionGrounds = {
  texts: { p: "Judge.\n{{text}}", q: "Another text." },
  outcomes: [{ example: row, output: "no", score: { value: 0, feedback: "should be yes" } }],
  history: [
    { text: "Judge `````\nwell.\n{{text}}", gain: 0.126 },
    { text: "Judge badly.\n{{text}}", gain: -0.2 },
  ],
  tip: "Be brief.",
  scope: "instructions",
  maxFieldCharacters: 500,
};
const wordsOf = (over: Partial<InstructionGrounds> = {}) =>
  instructionPrompt(task, "p", { ...grounds, ...over })
    .messages.map(messageText)
    .join("\n");

it("bases a proposal on task, data, texts, failures, history and a tip", () => {
  const words = wordsOf();
  for (const part of [
    "Judge cases.",
    "12 rows.",
    "```p\nJudge.\n```",
    "```\nJudge badly.\n```",
    "Another text.",
    "should be yes",
    "Be brief.",
  ])
    expect(words).toContain(part);
  expect(words).toContain("about +13 points");
  expect(words).toContain("about −20 points");
  expect(words).toContain("The program adds the inputs (text)");
  expect(words).not.toContain("{{");
});

it("requests a fence that no shown text can close", () => {
  const { fence } = instructionPrompt(task, "p", grounds);
  expect(fence).toBe("``````");
  expect(wordsOf()).toContain(fence);
});

it("shows older texts whole where the current one is rewritten whole", () => {
  const sentence = { p: "Judge {{text}} well.", q: "Another text." };
  for (const over of [{ scope: "whole" }, { texts: sentence }] as const) {
    const words = wordsOf(over);
    expect(words).toContain("```\nJudge badly.\n{{text}}\n```");
    expect(words).toContain("- {{text}}");
  }
});

it("has no history section without a history", () => {
  expect(wordsOf({ history: [] })).not.toMatch(/tried so far|other instructions hold/);
});

it("summarizes the data: fields, lengths, number of answers", () => {
  const rows = ["a", "bb", "cccc"].map((text, at) => ({
    ...row,
    inputs: at === 0 ? { text } : { text, stars: at },
    expected: at === 0 ? "no" : "yes",
  }));
  expect(dataSummary(rows)).toBe(
    [
      "3 rows.",
      "- input `text`: in 3 rows, 4 characters in the middle, 6 at most",
      "- input `stars`: in 2 rows, 1 characters in the middle, 1 at most",
      '- expected answers: "yes" (2), "no" (1)',
    ].join("\n"),
  );
  const many = Array.from({ length: 20 }, (_, at) => ({ ...row, expected: `answer ${at}` }));
  expect(dataSummary(many)).toContain("- expected answers: 20 different ones");
  const { expected: _, ...none } = row;
  expect(dataSummary([none])).toContain("- no expected answers");
});
