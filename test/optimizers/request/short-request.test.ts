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

test("the second short form shows a rewrite of another task before the same demand", () => {
  const second = shortRequest(grounds).short;
  expect(second).toMatchObject({ isShort: true });
  expect(second?.short).toBeUndefined();
  expect(second?.messages).toEqual([
    {
      role: "user",
      content: `<instruction name="prompt">
Which language is this?
</instruction>

Input: Bonjour tout le monde
Wrong: This is French.
Right: French

The right answers are always one of: English, French, German.

Write a better instruction, so that it leads to the right answers.`,
    },
    {
      role: "assistant",
      content:
        "Which language is this? Answer with exactly one of: English, French, German. Write the answer alone, without a sentence.",
    },
    {
      role: "user",
      content: `<instruction name="p">
What is the sentiment of this text?
</instruction>

Input: ${funny}
Wrong: 5 (best)
Right: neutral

Input: Fine. It is.
Wrong: (no answer)
Right: neutral

The right answers are always one of: neutral, positive.

Write a better instruction, so that it leads to the right answers.`,
    },
  ]);
});

test("the rewrite of another task has what the wanted one must have", () => {
  const { expected: _, ...free } = train[0] as Example;
  const over = { task: { ...task, train: [free] }, scope: "whole" } as const;
  const [asked, answered, last] = shortRequest({ ...grounds, ...over }).short?.messages ?? [];
  expect(asked?.content).toContain("Which language is this?\n{{text}}\n</instruction>");
  expect(asked?.content).not.toContain("always one of");
  expect(answered?.content).toBe(
    "Which language is this? Write the answer alone, without a sentence.\n{{text}}",
  );
  expect(last?.content).toMatch(/right answers\. The instruction must contain \{\{text\}\}\.$/);
});

test.each([
  [
    "the shown rewrite",
    "Which language is this? Answer with exactly one of: English, French, German. Write the answer alone, without a sentence.",
    { kind: "copied_row" },
  ],
  [
    "a rewrite after its pattern",
    "What is the sentiment of this text? Answer with exactly one of: neutral, positive. Write the answer alone, without a sentence.",
    {
      text: "What is the sentiment of this text? Answer with exactly one of: neutral, positive. Write the answer alone, without a sentence.\n\n{{text}}",
    },
  ],
])("a reply to the second short form that is %s is read as such", (_, text, read) => {
  const second = shortRequest(grounds).short ?? shortRequest(grounds);
  expect(readReply({ text, isCutOff: false }, "p", second)).toMatchObject(read);
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
  [
    "the old text and a made-up row",
    '<instruction name="p">\nWhat is the sentiment of this text?\n</instruction>\n\nInput: Hello.\nWrong: 5\nRight: neutral',
    "echo",
  ],
  ["a row under its own label", `Text: ${funny}\nWrong: 5 (best)\nRight: neutral`, "echo"],
  ["the input of a row", `Say what is meant by: ${funny}`, "copied_row"],
])("a small model's reply of %s is refused", (_, reply, kind) => {
  expect(read(reply)).toMatchObject({ kind });
});
