import fc from "fast-check";
import { expect, it } from "vitest";
import { insertionPoint } from "../../../src/optimizers/demonstrations/draft-with-demonstrations.ts";

const marked = (text: string, variables: readonly string[], locked: readonly string[] = []): string => {
  const at = insertionPoint(text, variables, locked);
  return `${text.slice(0, at)}|${text.slice(at)}`;
};

it.each([
  ["a labelled line after a sentence", "Classify it.\nText: {{text}}", "Classify it.\n|Text: {{text}}"],
  ["a line after a list", "Do:\n- this\n- that\n{{ text }}", "Do:\n- this\n- that\n|{{ text }}"],
  ["its own paragraph", "Rules\n\nText:\n{{text}}\nGo", "Rules\n\n|Text:\n{{text}}\nGo"],
  [
    "a sentence over lines",
    "Given the text\n{{text}}\nclassify it.",
    "|Given the text\n{{text}}\nclassify it.",
  ],
  ["a tag around it", "Classify.\n<text>\n{{text}}\n</text>", "Classify.\n|<text>\n{{text}}\n</text>"],
  [
    "a fence around it",
    "Classify.\n```\n\nBy a customer.\n{{text}}\n```",
    "Classify.\n|```\n\nBy a customer.\n{{text}}\n```",
  ],
  ["the very beginning", "{{text}}: what is it?", "|{{text}}: what is it?"],
  ["braces that are no variable", 'Answer {"a": {{1}}}.\n\n{{text}}', 'Answer {"a": {{1}}}.\n\n|{{text}}'],
])("is before %s", (_, text, expected) => {
  expect(marked(text, ["text"])).toBe(expected);
});

it("is before the first of several variables, including names with dots", () => {
  expect(marked("Do.\n\nA: {{a.b}}\n\nB: {{c}}", ["c", "a.b"])).toBe("Do.\n\n|A: {{a.b}}\n\nB: {{c}}");
});

it("is outside blocks of template logic", () => {
  const text = "Do.\n\n{% if text %}\n\nText: {{ text | trim }}\n\n{% endif %}";
  expect(marked(text, ["text"])).toBe(text.replace("{% if", "|{% if"));
});

it("is at the end of a text without variables", () => {
  expect(marked("You judge texts.", [])).toBe("You judge texts.|");
});

it("does not split locked spans, even overlapping ones", () => {
  const text = "One. Two.\nThree.\nText: {{text}}";
  expect(marked(text, ["text"], ["Three.\nText:"])).toBe("One. Two.\n|Three.\nText: {{text}}");
  expect(marked(text, ["text"], ["Three.\nText:", "Two.\nThree."])).toBe(
    "One. |Two.\nThree.\nText: {{text}}",
  );
});

it("is always before the variable", () => {
  const part = fc.constantFrom("a.\n", "b\n", "\n", "```\n", "- x\n", "Text: ", "<t>\n");
  fc.assert(
    fc.property(fc.array(part), fc.array(part), (before, after) => {
      const text = `${before.join("")}{{text}}${after.join("")}`;
      const at = insertionPoint(text, ["text"], []);
      expect(at).toBeLessThanOrEqual(text.indexOf("{{text}}"));
      expect(at === 0 || text[at - 1] === "\n").toBe(true);
    }),
  );
});
