import { describe, expect, it, test } from "vitest";
import type { Outcome } from "../../../src/contracts/optimizer.ts";
import { messageText } from "../../../src/core/prompt/message.ts";
import { readReply } from "../../../src/optimizers/request/read-reply.ts";
import { type RewriteGrounds, rewriteRequest } from "../../../src/optimizers/request/rewrite-request.ts";
import { rows } from "../../support/lab-world.ts";

const contract = { variables: { p: ["text"] }, locked: [] };
const grounds: RewriteGrounds = {
  role: "You rewrite.",
  task: { contract },
  name: "p",
  text: "Say the mood.\nBe brief.\n\nText: {{text}}\nMood:",
  scope: "instructions",
  sections: ["# Objective\n\nJudge."],
  guidance: ["# What to do\n\nBetter."],
  demand: "Write new instructions.",
  outcomes: [],
};
const contentOf = (over: Partial<RewriteGrounds> = {}) =>
  messageText(rewriteRequest({ ...grounds, ...over }).messages[1] ?? { role: "user", content: "" });
const reply = (over: Partial<RewriteGrounds>, text: string) =>
  readReply({ text, isCutOff: false }, "p", rewriteRequest({ ...grounds, ...over }));

test("shows the instructions alone and ends in the demand", () => {
  const { messages, ...wanted } = rewriteRequest(grounds);
  expect(messages).toEqual([
    { role: "system", content: "You rewrite." },
    {
      role: "user",
      content: `# Objective

Judge.

# What is added

The program adds the inputs (text) to the instructions. Do not write them.

# What to do

Better.

# Current instructions

\`\`\`p
Say the mood.
Be brief.
\`\`\`

Write new instructions. Provide the new instructions in full within \`\`\` blocks.`,
    },
  ]);
  expect(wanted).toMatchObject({ fence: "```", variables: [], current: "Say the mood.\nBe brief." });
});

describe("the reply", () => {
  it.each([
    ["in a fence", "```\nSay yes or no.\n```"],
    ["without a fence", "Say yes or no."],
    ["with the lines that stay", "```p\nSay yes or no.\n\nText: {{text}}\nMood:\n```"],
    ["with the variable under another label", "```\nSay yes or no.\n\nInput: {{text}}\n```"],
  ])("%s gets back the lines that stay", (_, text) => {
    expect(reply({}, text)).toMatchObject({ text: "Say yes or no.\n\nText: {{text}}\nMood:" });
  });

  test("that holds only the lines that stay has no instructions", () => {
    expect(reply({}, "```\nText: {{text}}\nMood:\n```")).toEqual({
      kind: "empty",
      problem: "the reply repeats the lines that stay and holds no instructions",
    });
  });

  test("that copies a row is refused with the words", () => {
    const [example] = rows(1);
    if (example === undefined) throw new Error("one row was asked for");
    const text = "It's funny how a Yankee accent can catch you off guard.";
    const outcomes: readonly Outcome[] = [{ example: { ...example, inputs: { text } }, output: "5 (best)" }];
    expect(reply({ outcomes }, `\`\`\`\nSay the mood. "${text}" is neutral.\n\`\`\``)).toEqual({
      kind: "copied_row",
      problem:
        'the text copies an example ("it s funny how a yankee accent can …"): write a general rule instead',
    });
  });

  test("that is the current text is returned, so that the caller can see that nothing changed", () => {
    expect(reply({}, "```p\nSay the mood.\nBe brief.\n```")).toEqual({ text: grounds.text });
  });
});

describe("the whole text is shown, its variables named in the demand,", () => {
  const whole = [
    "# What must stay\n\nThese variables, written exactly so, each at least once, and no others:\n- {{text}}",
    "They must contain {{text}}.",
  ];

  it.each<readonly [string, Partial<RewriteGrounds>]>([
    ["with the option", { scope: "whole" }],
    ["of a text that cannot be split", { text: "Say the mood of {{text}} in one word." }],
    [
      "if a version has other lines around its instructions",
      { versions: [{ text: "Say it.\n\nInput: {{text}}", about: "Better." }] },
    ],
    ["if a version cannot be split", { versions: [{ text: "Say the mood of {{text}}.", about: "Better." }] }],
  ])("%s", (_, over) => {
    const content = contentOf(over);
    for (const words of [...whole, `\`\`\`p\n${over.text ?? grounds.text}\n\`\`\``])
      expect(content).toContain(words);
    for (const { text } of over.versions ?? []) expect(content).toContain(`\`\`\`p\n${text}\n\`\`\``);
    expect(content).not.toContain("# What is added");
    expect(reply(over, "```\nSay it: {{text}}\n```")).toEqual({ text: "Say it: {{text}}" });
    // Without a fence, the variable shows that the reply is the text.
    expect(reply(over, "Say it.")).toMatchObject({ kind: "no_fence" });
  });
});

test("versions are shown first, under the name of the text and without the lines that stay", () => {
  const text = "Say it in one word.\n\nText: {{text}}\nMood:";
  const content = contentOf({ versions: [{ text, about: "Better on 2 rows." }] });
  expect(content).toMatch(
    /^# Rewrites\n\n## Rewrite 1\n\nBetter on 2 rows\.\n\n```p\nSay it in one word\.\n```\n\n# Objective/,
  );
});

test("the fence is longer than any in the texts shown", () => {
  const text = "Answer so:\n```json\n{}\n```\n\nText: {{text}}";
  expect(rewriteRequest({ ...grounds, text }).fence).toBe("````");
  expect(rewriteRequest({ ...grounds, older: ["`````"] }).fence).toBe("``````");
  expect(reply({ text }, "````\nSo:\n```json\n[]\n```\n````")).toEqual({
    text: "So:\n```json\n[]\n```\n\nText: {{text}}",
  });
});

test("says how long all texts may be", () => {
  const task = { contract: { variables: {}, locked: [], maxPromptTokens: 90 } };
  expect(contentOf({ task, text: "Be kind." })).toContain(
    "# What is added\n\nAll texts of the prompt together take at most about 90 tokens.",
  );
  const free = { contract: { variables: {}, locked: [] } };
  expect(contentOf({ task: free, text: "Be kind." })).not.toMatch(/What is added|What must stay/);
});
