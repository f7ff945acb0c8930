import { describe, expect, test } from "vitest";
import { parsePromptText } from "../../../src/config/normalize/templates.ts";
import { readText } from "../read-text.ts";

describe("a template in a file", () => {
  test.each([
    ["plain text", "Hello {{name}}\n", "Hello {{name}}\n"],
    ["front matter is no part of it", "---\nmodel: gpt-4\ntemperature: 0\n---\nHello\n", "Hello\n"],
    ["a rule at the top is no front matter", "---\nHello\n---\nworld\n", "---\nHello\n---\nworld\n"],
    [
      "messages in tags",
      "---\nmodel: x\n---\n<system>\nBe kind.\n</system>\n\n<chat_history>{{history}}</chat_history>\n<user>\n{{q}}\n\n</user>\n",
      [
        { role: "system", content: "Be kind." },
        { role: "chat_history", content: "{{history}}" },
        { role: "user", content: "{{q}}\n" },
      ],
    ],
    ["tags inside of text are text", "Answer <user>\nx\n</user>", "Answer <user>\nx\n</user>"],
    ["text after tags makes them text", "<user>a</user> and more", "<user>a</user> and more"],
  ])("%s", (_name, text, template) => {
    expect(parsePromptText(text)).toEqual(template);
  });

  test("is read from beside the config", async () => {
    const config = await readText(
      "prompts: { p: { default_template: { file: ./templates/p.prompt }, locked: [kind] } }",
      {
        files: { "templates/p.prompt": "---\nmodel: m\n---\nBe kind.\n" },
      },
    );
    expect(config.prompts["p"]?.template).toBe("Be kind.\n");
  });

  test.each([
    ["prompts: { p: { file: ./templates/p.prompt } }", "Be kind.\n"],
    [
      "prompts: { p: { file: ./templates/none.prompt } }",
      /config\.yaml:1:17 {2}prompts\.p\.file: \.\/templates\/none\.prompt cannot be read/,
    ],
    [
      "prompts: { p: { template: x, file: ./templates/p.prompt } }",
      /prompts\.p\.file: both template and file are given; keep one of them/,
    ],
  ])("may be named by the prompt itself: %s", async (text, wanted) => {
    const read = readText(text, { files: { "templates/p.prompt": "Be kind.\n" } });
    if (typeof wanted === "string") expect((await read).prompts["p"]?.template).toBe(wanted);
    else await expect(read).rejects.toThrow(wanted);
  });

  test("a list of messages is taken as it is", async () => {
    const config = await readText(
      "prompts: { p: { template: [{ role: system, content: a }, { role: user, content: '{{b}}' }] } }",
    );
    expect(config.prompts["p"]?.template).toEqual([
      { role: "system", content: "a" },
      { role: "user", content: "{{b}}" },
    ]);
  });
});
