import { describe, expect, it } from "vitest";
import {
  type ContractPrompt,
  checkContract,
  promptTokensOf,
} from "../../../src/core/prompt/prompt-contract.ts";

const prompt = (fields: Partial<ContractPrompt> = {}): ContractPrompt => ({
  key: "p",
  template: "Answer 'a' or 'b'. Text: {{text}}",
  templateLanguage: "default",
  locked: [],
  ...fields,
});
const chat = prompt({
  key: "c",
  template: [
    { role: "system", content: "Be kind. LOCK" },
    { role: "chat_history", content: "" },
    { role: "user", content: "{{q}} {{ctx}}" },
  ],
  locked: ["LOCK", "never in the seed"],
});

describe("checkContract", () => {
  it("accepts the seed and a rewrite that keeps everything", () => {
    expect(checkContract([prompt()], { p: "Answer 'a' or 'b'. Text: {{text}}" })).toEqual([]);
    expect(checkContract([prompt()], { p: "New words. {{ text }} and again {{text}}" })).toEqual([]);
    expect(checkContract([chat], { "c#0:system": "LOCK!", "c#2:user": "{{ctx}}{{q}}" })).toEqual([]);
  });

  it("lists lost and invented variables of each text", () => {
    expect(checkContract([prompt()], { p: "Text: {{txt}} {{more}}" })).toEqual([
      'the text "p" lost the variable {{text}}, which must stay in it',
      'the text "p" uses the variables {{txt}}, {{more}}, which it never had: it has only {{text}}',
    ]);
    expect(checkContract([chat], { "c#0:system": "LOCK {{q}}", "c#2:user": "{{q}} {{ctx}}" })).toEqual([
      'the text "c#0:system" uses the variable {{q}}, which it never had: it has none',
    ]);
    expect(checkContract([chat], { "c#0:system": "LOCK", "c#2:user": "nothing" })).toEqual([
      'the text "c#2:user" lost the variables {{q}}, {{ctx}}, which must stay in it',
    ]);
  });

  it("requires a locked span in its own text", () => {
    expect(checkContract([chat], { "c#0:system": "L0CK", "c#2:user": "LOCK {{q}} {{ctx}}" })).toEqual([
      'the text "c#0:system" no longer holds this span, which must stay word for word: "LOCK"',
    ]);
  });

  it("lists missing, additional and empty texts together", () => {
    expect(checkContract([prompt(), chat], { p: " \n", "c#2:user": "{{q}} {{ctx}}", d: "x" })).toEqual([
      'there is no text named "d": only "p", "c#0:system", "c#2:user"',
      'the text "p" is empty',
      'the text "c#0:system" is missing',
    ]);
    expect(checkContract([prompt()], JSON.parse('{"__proto__": "x", "p": "{{text}}"}'))).toEqual([
      'there is no text named "__proto__": only "p"',
    ]);
  });

  it("applies the cap to all texts of the prompt together", () => {
    const capped = { ...chat, maxPromptTokens: 10 };
    const texts = { "c#0:system": "LOCK", "c#2:user": `{{q}} {{ctx}} ${"word ".repeat(8)}` };
    expect(checkContract([capped], texts)).toEqual([
      'the prompt "c" takes about 15 tokens, more than the 10 allowed',
    ]);
    expect(checkContract([{ ...capped, maxPromptTokens: 15 }], texts)).toEqual([]);
  });

  it("parses jinja templates as jinja", () => {
    const jinja = prompt({ template: "{% for x in xs %}{{ x }}{% endfor %}", templateLanguage: "jinja" });
    expect(checkContract([jinja], { p: "{{ xs | join(', ') }}" })).toEqual([]);
    expect(checkContract([jinja], { p: "{% for x in xs %}" })).toEqual([
      'the text "p" is broken: the jinja template cannot be read: a block or an expression has no end',
    ]);
    expect(checkContract([jinja], { p: "{% for x in ys %}{{ x }}{% endfor %}" })).toEqual([
      'the text "p" lost the variable {{xs}}, which must stay in it',
      'the text "p" uses the variable {{ys}}, which it never had: it has only {{xs}}',
    ]);
  });
});

describe("promptTokensOf", () => {
  it("is a quarter of the bytes of all texts", () => {
    expect(promptTokensOf({ a: "12345678", b: "12345" })).toBe(4);
    expect(promptTokensOf({})).toBe(0);
  });
});
