import { expect, test } from "vitest";
import type { Outcome } from "../../../src/contracts/optimizer.ts";
import type { Example } from "../../../src/core/data/example.ts";
import { messageText } from "../../../src/core/prompt/message.ts";
import { readReply } from "../../../src/optimizers/request/read-reply.ts";
import { shortRequest } from "../../../src/optimizers/request/short-request.ts";
import { rows } from "../../support/lab-world.ts";

const labels = ["neutral", "positive", "neutral", "positive"];
const train: readonly Example[] = rows(4).map((row, at) => ({ ...row, expected: labels[at] ?? "" }));
const funny = "It's funny how a Yankee accent can catch you off guard.";
const failure = (text: string, output: string | undefined, over: Partial<Outcome> = {}): Outcome => ({
  example: { ...(train[0] as Example), inputs: { text } },
  ...(output === undefined ? {} : { output }),
  score: { value: 0 },
  ...over,
});
const task = { contract: { variables: { p: ["text"] }, locked: [] }, train };
const grounds = {
  task,
  name: "p",
  text: "What is the sentiment of this text?\n\n{{text}}",
  scope: "instructions",
  failures: [failure(funny, "5 (best)"), failure("Fine.\n\nIt is.", undefined)],
} as const;
const contentOf = (over: object = {}) =>
  shortRequest({ ...grounds, ...over })
    .messages.map(messageText)
    .join("\n---\n");

test("shows rows wrong and right, the labels, and one demand at the end", () => {
  expect(contentOf()).toBe(
    `<instruction name="p">
What is the sentiment of this text?
</instruction>

Input: ${funny}
Wrong: 5 (best)
Right: neutral

Input: Fine. It is.
Wrong: (no answer)
Right: neutral

The right answers are always one of: neutral, positive.

Write a better instruction so that it gives the right answers. List the allowed answers and say that nothing else may be written.`,
  );
});

test("names no labels if the expected answers are no set, and takes the feedback for a missing one", () => {
  const { expected: _, ...free } = train[0] as Example;
  const failures = [failure("a", "b", { example: free, score: { value: 0, feedback: "say c" } })];
  const content = contentOf({ task: { ...task, train: [free] }, failures });
  expect(content).toContain("Wrong: b\nRight: say c\n\nWrite a better");
  expect(content).toMatch(/Say which form the answer has and that nothing else may be written\.$/);
});

test("shows at most six rows, each field on one short line", () => {
  const long = failure("x\n".repeat(900), "y".repeat(900));
  const content = contentOf({ failures: Array.from({ length: 9 }, () => long) });
  const shown = content.split("\n").filter((line) => /^(Input|Wrong|Right): /.test(line));
  expect(shown).toHaveLength(18);
  expect(shown[1]).toContain(`${"y".repeat(210)} [… 600 characters left out …] yyy`);
  for (const line of shown) expect(line.length).toBeLessThan(360);
});

test("asks for the variables where the whole text is rewritten", () => {
  const content = contentOf({ scope: "whole" });
  expect(content).toContain(
    '<instruction name="p">\nWhat is the sentiment of this text?\n\n{{text}}\n</instruction>',
  );
  expect(content).toMatch(/The instruction must contain \{\{text\}\}\.$/);
});

const read = (text: string) => readReply({ text, isCutOff: false }, "p", shortRequest(grounds));

test.each([
  [
    "a plain sentence",
    "The instruction should clearly state that the sentiment should be classified as 'positive', 'negative', or 'neutral'. No other answers should be written.",
    undefined,
  ],
  [
    "a text after a line that announces it",
    "Certainly! Here's a revised instruction that meets your requirements:\n\n---\n\n**What is the sentiment of this text?**\n\n**Allowed Answers:**\n- negative\n- neutral\n- positive",
    "**What is the sentiment of this text?**\n\n**Allowed Answers:**\n- negative\n- neutral\n- positive",
  ],
])("a small model's reply of %s is the new instruction", (_, reply, text) => {
  expect(read(reply)).toEqual({ text: `${text ?? reply}\n\n{{text}}`, isUnfenced: true });
});

test("the next short form has the text and a fence at its end", () => {
  const { short } = shortRequest(grounds);
  const content = short?.messages.map(messageText).join("\n") ?? "";
  expect(content).toMatch(/^An assistant answered these inputs wrongly\.\n\nInput: It's funny/);
  expect(content).toMatch(
    /```p\nWhat is the sentiment of this text\?\n```\n\nYour task is to write new instructions/,
  );
  expect(content).toMatch(/Provide the new instructions in full within ``` blocks\.$/);
  expect(short?.isShort).toBe(true);
  expect(short?.short).toBeUndefined();
});

test.each([
  [
    "the old text in its tags, and additions behind it",
    '<instruction name="p">\nWhat is the sentiment of this text?\n</instruction>\n\nAllowed answers: neutral, positive\n\nNothing else may be written.',
    "What is the sentiment of this text?\n\nAllowed answers: neutral, positive\n\nNothing else may be written.",
  ],
  [
    "a new text in the tags, and an explanation behind it",
    '<instruction name="p">\nSay neutral or positive.\n</instruction>\n\nThis is better because it lists the labels.',
    "Say neutral or positive.",
  ],
])("a small model's reply of %s is read", (_, reply, text) => {
  expect(read(reply)).toEqual({ text: `${text}\n\n{{text}}`, isUnfenced: true });
});

test.each([
  ["an apology", "I'm sorry, but I can't help you with that.", "no_fence"],
  ["a question to the user", "Please provide the text you would like me to rate.", "no_fence"],
  ["a question after a preamble", "Certainly! Please provide the new instruction.", "no_fence"],
  ["a row of the request", `Input: ${funny}\nWrong: 5 (best)\nRight: neutral`, "echo"],
  ["a row under its own label", `Text: ${funny}\nWrong: 5 (best)\nRight: neutral`, "copied_row"],
])("a small model's reply of %s is refused", (_, reply, kind) => {
  expect(read(reply)).toMatchObject({ kind });
});
