import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../src/core/errors.ts";
import { parsePromptFile, promptFileFromKeys } from "../../../src/formats/prompt-file/parse-prompt-file.ts";
import { renderPromptFile } from "../../../src/formats/prompt-file/render-prompt-file.ts";

const problemsOf = (text: string): string => {
  try {
    parsePromptFile(text, "x.prompt");
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  return "";
};

describe("a .prompt file", () => {
  test("with front matter and messages", () => {
    const text = `---
path: support/triage
model: gpt-4o
temperature: 0.2
max_tokens: 100
stop: [END]
template_language: jinja
tools:
  - name: f
    parameters: { type: object }
version_name: first
version_description: why
description: what for
tags: [growth]
readme: "# Hello"
---

<system>
You are brief.

  Indented.
</system>

<chat_history>history</chat_history>
<user>{{question}}
and more</user>
`;
    expect(parsePromptFile(text, "x.prompt")).toEqual({
      path: "support/triage",
      template: [
        { role: "system", content: "You are brief.\n\n  Indented." },
        { role: "chat_history", content: "history" },
        { role: "user", content: "{{question}}\nand more" },
      ],
      templateLanguage: "jinja",
      model: {
        model: "gpt-4o",
        temperature: 0.2,
        maxTokens: 100,
        stop: ["END"],
        tools: [{ name: "f", parameters: { type: "object" } }],
      },
      versionName: "first",
      versionDescription: "why",
      description: "what for",
      tags: { growth: "" },
      readme: "# Hello",
    });
  });

  test.each([
    ["plain text alone", "Hi {{name}}\n", "Hi {{name}}"],
    ["text after front matter", "---\nmodel: m\n---\nHi\n", "Hi"],
    ["text after an empty line", "---\nmodel: m\n---\n\nHi", "Hi"],
    ["text with more empty lines", "---\nmodel: m\n---\n\n\nHi\n\n", "\nHi\n"],
    ["text with a rule in it", "---\nmodel: m\n---\nHi\n---\nyou\n", "Hi\n---\nyou"],
    ["text with tags in it", "See <user> and\n<system>\n", "See <user> and\n<system>"],
    ["no text", "---\nmodel: m\n---", ""],
    ["empty front matter", "---\n---\nHi", "Hi"],
    ["a byte order mark and CRLF", "\uFEFF---\r\nmodel: m\r\n---\r\n\r\nHi\r\nyou\r\n", "Hi\nyou"],
    [
      "a completion, where tags are text",
      "---\nendpoint: complete\n---\n<user>\nHi\n</user>\n",
      "<user>\nHi\n</user>",
    ],
  ])("with %s", (_, text, template) => {
    expect(parsePromptFile(text, "x.prompt").template).toBe(template);
  });

  test("may omit the model", () => {
    expect(parsePromptFile("<user>Hi</user>", "x.prompt")).toEqual({
      template: [{ role: "user", content: "Hi" }],
      templateLanguage: "default",
      model: {},
    });
  });

  test("reports every mistake with its place", () => {
    const text =
      "---\nmodel: 7\ntemprature: 1\ntools: [1]\n---\n\n<user>\nHi\n</user>\nloose\n<system>\nopen\n";
    expect(problemsOf(text).split("\n")).toEqual([
      "x.prompt:2:1  model: Invalid input: expected string, received number",
      "x.prompt:4:9  tools.0: Invalid input: expected record, received number",
      "x.prompt:3:1  temprature: unknown key; did you mean temperature?",
      'x.prompt:10:1  text outside of a message: "loose"; put every text inside <system>, <user> or <assistant>, or start with plain text',
      "x.prompt:11:1  <system> is not closed by </system>; put every text inside <system>, <user> or <assistant>, or start with plain text",
    ]);
  });

  test.each([
    [
      "---\nmodel: m\n",
      "x.prompt:1:1  the front matter that starts here is not closed; end it with a line ---",
    ],
    ["---\na: [\n---\n", /^x\.prompt:\d+:\d+ {2}Flow sequence/],
    ["---\na: &a [1]\na: 2\n---\n", /^x\.prompt:3:1 {2}Map keys must be unique/],
    [
      "---\nother: !!js/function x\n---\n",
      /^x\.prompt:2:8 {2}Unresolved tag: tag:yaml\.org,2002:js\/function/,
    ],
    ["---\n<<<<<<< HEAD\nmodel: m\n---\n", "x.prompt:2:1  it contains the markers of a git merge conflict"],
    ["---\n- 1\n---\n", "x.prompt:2:1  Invalid input: expected object, received array"],
    [
      "---\ntemplate: x\n---\ny\n",
      "x.prompt:4:1  the template is set twice: under the key template, and below the front matter; put every text inside <system>, <user> or <assistant>, or start with plain text",
    ],
    [`---\nother: {"__proto__": 1}\n---\n`, 'x.prompt  the key "__proto__" is not allowed'],
    [
      `---\nother: ${"[".repeat(150)}${"]".repeat(150)}\n---\n`,
      "x.prompt  it is nested deeper than 100 levels",
    ],
    [`---\nother: ${"[".repeat(50_000)}\n---\n`, /x\.prompt.*(nested too deeply|Flow sequence)/],
  ])("that is invalid reports why: %j", (text, expected) => {
    expect(problemsOf(text)).toMatch(expected);
  });

  test("with an alias bomb is rejected at once", () => {
    const lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"];
    for (let at = 1; at < 12; at++)
      lines.push(
        `a${at}: &a${at} [${Array(10)
          .fill(`*a${at - 1}`)
          .join(",")}]`,
      );
    expect(problemsOf(`---\n${lines.join("\n")}\n---\n`)).toBe(
      "x.prompt  Excessive alias count indicates a resource exhaustion attack",
    );
  });
});

describe("keys given as JSON", () => {
  test("equal a file", () => {
    expect(promptFileFromKeys({ path: "a/b", model: "m", template: "Hi", seed: null }, "-")).toEqual({
      path: "a/b",
      model: { model: "m" },
      template: "Hi",
      templateLanguage: "default",
    });
  });

  test("report every mistake", () => {
    expect(() => promptFileFromKeys({ temperature: "hot", pth: "x" }, "-")).toThrow(
      "-  temperature: Invalid input: expected number, received string\n-  pth: unknown key; did you mean path?",
    );
  });
});

test("a version is rendered readably: messages in tags, unless they contain tags", () => {
  const model = { model: "m", temperature: 0.5 };
  const messages = [
    { role: "system", content: "Be brief." },
    { role: "user", content: "{{q}}" },
  ];
  expect(renderPromptFile({ template: messages, templateLanguage: "default", model })).toBe(
    "---\nmodel: m\ntemperature: 0.5\n---\n\n<system>\nBe brief.\n</system>\n\n<user>\n{{q}}\n</user>\n",
  );
  const tagged = [{ role: "user", content: "End with\n</user>" }];
  expect(renderPromptFile({ template: tagged, templateLanguage: "default", model })).toBe(
    "---\nmodel: m\ntemperature: 0.5\ntemplate:\n  - role: user\n    content: |-\n      End with\n      </user>\n---\n",
  );
});
