import { describe, expect, test } from "vitest";
import { readText } from "../read-text.ts";

describe("a template in a file", () => {
  test("is read relative to the config", async () => {
    const config = await readText(
      "prompts: { p: { default_template: { file: ./templates/p.prompt }, locked: [kind] } }",
      {
        files: { "templates/p.prompt": "---\nmodel: m\n---\nBe kind.\n" },
      },
    );
    expect(config.prompts["p"]?.template).toBe("Be kind.");
  });

  test.each([
    ["prompts: { p: { file: ./templates/p.prompt } }", "Be kind."],
    [
      "prompts: { p: { file: ./templates/none.prompt } }",
      /config\.yaml:1:17 {2}prompts\.p\.file: \.\/templates\/none\.prompt cannot be read/,
    ],
    [
      "prompts: { p: { template: x, file: ./templates/p.prompt } }",
      /prompts\.p\.file: both template and file are set; keep one of them/,
    ],
  ])("may be set on the prompt itself: %s", async (text, wanted) => {
    const read = readText(text, { files: { "templates/p.prompt": "Be kind.\n" } });
    if (typeof wanted === "string") expect((await read).prompts["p"]?.template).toBe(wanted);
    else await expect(read).rejects.toThrow(wanted);
  });

  test("mistakes of a .prompt file are reported with their own places, next to the config's", async () => {
    const read = readText("prompts: { p: { file: ./p.prompt, lockd: [a] } }", {
      files: { "p.prompt": "---\nmodel: m\ntop_b: 1\n---\nHello\n" },
    });
    await expect(read).rejects.toThrow(/\.\/p\.prompt:3:1 {2}top_b: unknown key; did you mean top_p\?/);
    await expect(read).rejects.toThrow(/config\.yaml:1:35 {2}prompts\.p\.lockd: unknown key/);
  });

  test("a .prompt file sets its language, and the config overrides it", async () => {
    const files = { "p.prompt": "---\nmodel: m\ntemplate_language: jinja\n---\n{% if a %}b{% endif %}\n" };
    const config = await readText("prompts: { p: { file: ./p.prompt } }", { files });
    expect(config.prompts["p"]?.templateLanguage).toBe("jinja");
  });

  test("a list of messages is used as it is", async () => {
    const config = await readText(
      "prompts: { p: { template: [{ role: system, content: a }, { role: user, content: '{{b}}' }] } }",
    );
    expect(config.prompts["p"]?.template).toEqual([
      { role: "system", content: "a" },
      { role: "user", content: "{{b}}" },
    ]);
  });
});
