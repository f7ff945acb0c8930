import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkContract } from "../../../src/core/prompt/prompt-contract.ts";
import { joinInstruction, splitInstruction } from "../../../src/optimizers/request/instruction-part.ts";

const contract = (variables: readonly string[], locked: readonly string[] = []) => ({
  variables: { p: variables },
  locked,
});
const part = (text: string, variables: readonly string[], locked: readonly string[] = []) =>
  splitInstruction(text, contract(variables, locked), "p");

describe("the instruction of a text", () => {
  it.each([
    ["a labelled line", "Classify it.\nText: {{text}}", "Classify it."],
    ["a bare line", "Classify it.\n\n{{ text }}", "Classify it."],
    ["a filter", "Classify it.\n\n{{ text | trim }}", "Classify it."],
    ["a tag around it", "Classify.\n<text>\n{{text}}\n</text>", "Classify."],
    ["a tag on the line", "Classify.\n<text>{{text}}</text>", "Classify."],
    ["a fence around it", "Classify.\n```\n{{text}}\n```", "Classify."],
    ["a label above", "Classify.\n\nText:\n{{text}}", "Classify."],
    ["a heading above", "Classify.\n\n## Input\n{{text}}", "Classify."],
    ["a cue below", "Classify.\n\nText: {{text}}\n\nLabel:", "Classify."],
    ["the variable first", "{{text}}\n\nClassify the text above.", "Classify the text above."],
    ["several variables", "Answer.\n\nQuestion: {{q}}\nContext: {{c}}", "Answer."],
    ["several paragraphs", "One.\n\nTwo.\n- a\n- b\n\nText: {{text}}", "One.\n\nTwo.\n- a\n- b"],
    ["a tag around it with blank lines", "Classify.\n\n<text>\n\n{{text}}\n\n</text>", "Classify."],
    ["a fence around it with blank lines", "Classify.\n```\n\n{{text}}\n\n```", "Classify."],
    ["a tag around two variables", "Answer.\n<d>\nQuestion: {{q}}\n\n{{c}}\n</d>", "Answer."],
    ["a label before a tag", "Classify.\n\nText:\n<text>\n{{text}}\n</text>", "Classify."],
    ["an example in a block", "So:\n```json\n{}\n```\n\nText: {{text}}", "So:\n```json\n{}\n```"],
    ["an example in a tag", "So:\n<a>\n1\n</a>\n{{text}}", "So:\n<a>\n1\n</a>"],
    ["one brace", "Classify.\nText: {text}", "Classify."],
  ])("ends at %s", (_, text, instruction) => {
    expect(part(text, ["text", "q", "c"])?.instruction).toBe(instruction);
  });

  it.each([
    ["a variable inside a sentence", "Classify the text {{text}} by tone."],
    ["a variable in the question", "What is the tone of this review: {{text}}"],
    ["instructions on both sides", "Classify.\n\n{{text}}\n\nAnswer with one word."],
    ["template logic", "Classify.\n{% if text %}\n{{text}}\n{% endif %}"],
    ["a variable that spans lines", "{{\n text }}\nClassify."],
    ["nothing but variables", "Text: {{text}}"],
  ])("is not split for %s", (_, text) => {
    expect(part(text, ["text"])).toBeUndefined();
  });

  it("is the whole of a text without variables", () => {
    expect(part("You are kind.\nBe brief.\n", [])).toEqual({
      instruction: "You are kind.\nBe brief.",
      before: "",
      after: "\n",
    });
  });

  it("leaves out locked passages on lines of their own, and is not split inside one", () => {
    const text = "Classify.\n\nBy law:\nsay nothing else.\n\nText: {{text}}";
    expect(part(text, ["text"], ["By law:\nsay nothing else."])?.instruction).toBe("Classify.");
    expect(part(text, ["text"], ["say nothing"])).toBeUndefined();
  });
});

describe("a new instruction", () => {
  it("takes the place of the old one, and nothing else changes", () => {
    const found = part("A\n\nText: {{text}}\nLabel:\n", ["text"]);
    expect(found && joinInstruction(found, "  B\nC\n")).toBe(
      "A\n\nText: {{text}}\nLabel:\n".replace("A", "  B\nC"),
    );
  });

  it("may repeat the lines that stay", () => {
    const found = part("A\n\nText: {{text}}", ["text"]);
    expect(found && joinInstruction(found, "B\n\nText: {{text}}\n")).toBe("B\n\nText: {{text}}");
  });

  it("may repeat the variables under other labels at its edges", () => {
    const found = part("A\n\nText: {{text}}", ["text"]);
    expect(found && joinInstruction(found, "Input:{{ text }}\n\nB {{text}} C\n<t>{{text}}</t>")).toBe(
      "B {{text}} C\n\nText: {{text}}",
    );
  });

  it("keeps its last fence, also if a fence stays", () => {
    const found = part("A\n\n```\n{{text}}\n```", ["text"]);
    expect(found && joinInstruction(found, "B\n```json\n{}\n```")).toBe(
      "B\n```json\n{}\n```\n\n```\n{{text}}\n```",
    );
  });

  it("keeps the contract, whatever it says", () => {
    const lines = fc.constantFrom(
      "Do it.",
      "- this",
      "",
      "Text: {{text}}",
      "<t>",
      "{{text}}",
      "</t>",
      "Keep me.",
      "Label:",
    );
    fc.assert(
      fc.property(
        fc.array(lines, { maxLength: 8 }),
        fc.stringMatching(/^[a-z .\n]*[a-z]$/),
        (all, instruction) => {
          const template = all.join("\n");
          const locked = template.includes("Keep me.") ? ["Keep me."] : [];
          const found = part(template, template.includes("{{") ? ["text"] : [], locked);
          if (found === undefined) return;
          expect(found.before + found.instruction + found.after).toBe(template);
          const prompt = { key: "p", template, templateLanguage: "default", locked } as const;
          expect(checkContract([prompt], { p: joinInstruction(found, instruction) })).toEqual([]);
        },
      ),
    );
  });
});
