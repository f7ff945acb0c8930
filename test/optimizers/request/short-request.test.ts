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
    `An assistant has these instructions, between \`\`\` lines:

\`\`\`p
What is the sentiment of this text?
\`\`\`

With them it answers wrongly:

Input: text: ${funny}
Wrong: 5 (best)
Right: neutral

Input: text: Fine. It is.
Wrong: (no answer)
Right: neutral

The right answers are always one of: neutral, positive.

Write better instructions so that it gives the right answers. They say which answers are allowed, how to choose between them, and that nothing else may be written.`,
  );
});

test("names no labels if the expected answers are no set, and takes the feedback for a missing one", () => {
  const { expected: _, ...free } = train[0] as Example;
  const failures = [failure("a", "b", { example: free, score: { value: 0, feedback: "say c" } })];
  const content = contentOf({ task: { ...task, train: [free] }, failures });
  expect(content).toContain("Wrong: b\nRight: say c\n\nWrite better");
  expect(content).toMatch(
    /They say how to find the answer, which form it has, and that nothing else may be written\.$/,
  );
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
  expect(content).toContain("```p\nWhat is the sentiment of this text?\n\n{{text}}\n```");
  expect(content).toMatch(/The instructions must contain \{\{text\}\}\.$/);
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

test.each([
  ["an apology", "I'm sorry, but I can't help you with that.", "no_fence"],
  ["a question to the user", "Please provide the text you would like me to rate.", "no_fence"],
  ["a question after a preamble", "Certainly! Please provide the new instruction.", "no_fence"],
  ["a row of the request", `Input: text: ${funny}\nWrong: 5 (best)\nRight: neutral`, "echo"],
  ["a row under its own label", `Input: ${funny}\nWrong: 5 (best)\nRight: neutral`, "copied_row"],
])("a small model's reply of %s is refused", (_, reply, kind) => {
  expect(read(reply)).toMatchObject({ kind });
});
