import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTemplateFile } from "../../../src/formats/foreign-prompt/read-prompt-input.ts";
import { renderPromptFile } from "../../../src/formats/prompt-file/render-prompt-file.ts";
import { arbitraryDetails } from "../../registry/arbitrary-details.ts";

describe("a template in a file", () => {
  test.each([
    ["plain text", "t.txt", "Hello {{name}}\n", "Hello {{name}}\n"],
    ["the last line break of a .prompt is its form", "t.prompt", "Hello {{name}}\n", "Hello {{name}}"],
    ["front matter is no part of it", "t.md", "---\ntitle: x\n---\nHello\n", "Hello"],
    ["nor in a .prompt", "t.prompt", "---\nmodel: gpt-4\ntemperature: 0\n---\n\nHello\n", "Hello"],
    ["a rule at the top is no front matter", "t.txt", "---\nHello\n---\nworld\n", "---\nHello\n---\nworld\n"],
    ["an open rule is text", "t.txt", "---\nHello\n", "---\nHello\n"],
    ["a template in the front matter", "t.prompt", '---\nmodel: m\ntemplate: "a\\n"\n---\n', "a\n"],
    ["tags inside of text are text", "t.txt", "Answer <user>\nx\n</user>", "Answer <user>\nx\n</user>"],
    ["text after tags makes them text", "t.txt", "<user>a</user>\nand more", "<user>a</user>\nand more"],
  ])("%s", (_name, file, text, template) => {
    expect(parseTemplateFile(text, file).template).toBe(template);
  });

  test.each(["t.txt", "t.prompt"])("messages in tags, in %s", (file) => {
    const text =
      "---\nmodel: x\n---\n<system>\nBe kind.\n</system>\n\n<chat_history>{{history}}</chat_history>\n<user>\n{{q}}\n\n</user>\n";
    expect(parseTemplateFile(text, file).template).toEqual([
      { role: "system", content: "Be kind." },
      { role: "chat_history", content: "{{history}}" },
      { role: "user", content: "{{q}}\n" },
    ]);
  });

  test("a .prompt file sets its language", () => {
    const text = "---\nmodel: m\ntemplate_language: jinja\n---\n\n{% if a %}x{% endif %}\n";
    expect(parseTemplateFile(text, "t.prompt")).toEqual({
      template: "{% if a %}x{% endif %}",
      templateLanguage: "jinja",
    });
  });

  test("a .prompt file with mistakes is rejected, each with its place", () => {
    const text = "---\nmodel: m\ntempreature: 0\n---\n<user>\na\n</user>\nb\n";
    expect(() => parseTemplateFile(text, "./t.prompt")).toThrow(
      './t.prompt:3:1  tempreature: unknown key; did you mean temperature?\n./t.prompt:8:1  text outside of a message: "b"; put every text inside <system>, <user> or <assistant>, or start with plain text',
    );
  });

  test("a file of the registry is the same template", () => {
    fc.assert(
      fc.property(arbitraryDetails, (details) => {
        const { template, templateLanguage } = parseTemplateFile(renderPromptFile(details), "v1.prompt");
        expect(template).toEqual(details.template);
        expect(templateLanguage).toBe(details.templateLanguage);
      }),
      { numRuns: 200 },
    );
  });
});
