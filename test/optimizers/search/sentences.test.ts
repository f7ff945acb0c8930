import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutSentence, insertSentence, sentencesOf } from "../../../src/optimizers/search/text-edits.ts";

const cut = (text: string, sentence: string) => cutSentence(text, sentencesOf(text).indexOf(sentence));
const insert = (text: string, sentence: string, behind: string) =>
  insertSentence(text, sentence, sentencesOf(text).indexOf(behind));

describe("the sentences of a text", () => {
  test.each([
    ["lines", "Be brief\nBe kind", ["Be brief", "Be kind"]],
    ["several on a line", "Be brief. Be kind! Really? Yes", ["Be brief.", "Be kind!", "Really?", "Yes"]],
    ["empty lines and blanks", "\n  Be brief.  \n\n\tBe kind.\n", ["Be brief.", "Be kind."]],
    ["CRLF", "Be brief.\r\n\r\nBe kind\r\n- always", ["Be brief.", "Be kind", "- always"]],
    ["a list", "Rules:\n- a\n  - b of a.\n* c", ["Rules:", "- a", "- b of a.", "* c"]],
    ["numbers of a list", "1. Be brief.\n 12. Be kind. Always.", ["Be brief.", "Be kind.", "Always."]],
    ["placeholders", "Case: {{case}}. Answer {{ kind }}", ["Case: {{case}}.", "Answer {{ kind }}"]],
    ["a code fence", '```json\n{"a": 1.5}\n```', ["```json", '{"a": 1.5}', "```"]],
    ["numbers with a point, and points inside words", "Give 1.5 to a.b.", ["Give 1.5 to a.b."]],
    ["the same one twice", "Mind it. Mind it.", ["Mind it.", "Mind it."]],
    ["blanks alone", " \n\t\r\n", []],
  ])("%s", (_, text, sentences) => {
    expect(sentencesOf(text)).toEqual(sentences);
  });
});

describe("a sentence cut out", () => {
  test.each([
    ["its line goes with it", "A.\nB.\nC.", "B.", "A.\nC."],
    ["the rest of its line stays", "A. B. C.\nD.", "B.", "A. C.\nD."],
    ["the first of a line", "A. B.\nC.", "A.", "B.\nC."],
    ["the last of a line", "A. B.\nC.", "B.", "A.\nC."],
    ["the first of all", "A.\nB.", "A.", "B."],
    ["the last of all", "A. B.", "B.", "A."],
    ["the only one", "A.", "A.", ""],
    ["an item of a list", "Rules:\n- a\n- b", "- a", "Rules:\n- b"],
    ["a numbered item goes with its number", "1. A.\n2. B.\n3. C.", "B.", "1. A.\n3. C."],
    ["a number stays with what else its item says", "1. A. B.\n2. C.", "A.", "1. B.\n2. C."],
    ["CRLF", "A.\r\nB.\r\nC.", "B.", "A.\r\nC."],
    ["one that begins another is not taken for it", "- refunds\n- refund", "- refund", "- refunds\n"],
    ["one that ends another is not taken for it", "Never be rude. rude.", "rude.", "Never be rude."],
    ["a text without it", "A.\nB.", "C.", "A.\nB."],
  ])("%s", (_, text, sentence, rest) => {
    expect(cut(text, sentence)).toBe(rest);
  });

  test("among equal sentences, cuts the given one", () => {
    expect(cutSentence("A.\nB.\nA.\nC.", 2)).toBe("A.\nB.\nC.");
    expect(cutSentence("A.\nB.\nA.\nC.", 0)).toBe("B.\nA.\nC.");
  });
});

describe("an inserted sentence", () => {
  test.each([
    ["behind a line", "A.\nC.", "A.", "A.\nB.\nC."],
    ["behind the first of a line, whose rest moves down", "A. C. D.", "A.", "A.\nB.\nC. D."],
    ["behind the last", "A.\nC.", "C.", "A.\nC.\nB."],
    ["into a list", "- a\n- c", "- a", "- a\nB.\n- c"],
    ["behind a sentence, not behind one that begins like it", "- a b\n- a", "- a", "- a b\n- a\nB."],
    ["before all", "A.\nC.", "nothing of this text", "B.\nA.\nC."],
    ["into an empty text", "", "nothing", "B.\n"],
  ])("%s", (_, text, anchor, result) => {
    expect(insert(text, "B.", anchor)).toBe(result);
  });
});

const words = fc.array(fc.constantFrom("be", "kind", "{{case}}", "1.5", "yes"), {
  minLength: 1,
  maxLength: 3,
});
const sentence = fc
  .tuple(words, fc.constantFrom(".", "!", "?"))
  .map(([some, end]) => `${some.join(" ")}${end}`);
const line = fc
  .tuple(fc.constantFrom("", "- ", "1. ", "2) ", "  ", "```"), fc.array(sentence, { maxLength: 3 }))
  .map(([start, sentences]) => start + sentences.join(" "));
const text = fc
  .tuple(fc.array(line, { maxLength: 6 }), fc.constantFrom("\n", "\n\n", "\r\n"))
  .map(([lines, newline]) => lines.join(newline));
const withoutBlanks = (some: string) => some.split(/\s+/).filter(Boolean);

test("cutting an inserted sentence restores the text, except for whitespace", () => {
  fc.assert(
    fc.property(text, sentence, fc.nat(), (before, added, somewhere) => {
      const behind = (somewhere % (sentencesOf(before).length + 1)) - 1;
      const after = insertSentence(before, added, behind);
      expect(sentencesOf(after)).toEqual(sentencesOf(before).toSpliced(behind + 1, 0, added));
      expect(withoutBlanks(cutSentence(after, behind + 1))).toEqual(withoutBlanks(before));
    }),
  );
});

test("cutting removes one sentence and keeps the others in order", () => {
  fc.assert(
    fc.property(text, fc.nat({ max: 8 }), (before, at) => {
      expect(sentencesOf(cutSentence(before, at))).toEqual(sentencesOf(before).toSpliced(at, 1));
    }),
  );
});
