import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { repeatsRequest, withoutClosing } from "../../../src/optimizers/request/repeated-request.ts";

const request = `# Objective

Make the answers as right as possible.

# Rewrites

\`\`\`p
Answer with one word.
Never explain the answer.
\`\`\`

# Examples

Input: It's funny how a Yankee accent can catch you off guard.
Wrong: 5 (best)
Right: neutral

The right answers are always one of: negative, neutral, positive.

# Current instructions

\`\`\`p
Say the mood.
Choose the closest label.
\`\`\`

Write better instructions. They say which answers are allowed.`;
const current = "Say the mood.\nChoose the closest label.";

describe("a text repeats its request", () => {
  it.each([
    ["a heading of several words", "# Current instructions\nSay the mood of the post."],
    ["a heading and the line below it", "# Objective\n\nMake the answers as right as possible.\n\nSay it."],
    [
      "a row, as a model of half a billion parameters writes it",
      "Input: It's funny how a Yankee accent can catch you off guard.\nWrong: 5 (best)\nRight: neutral",
    ],
    ["a made-up input without an answer", "Say the mood.\n\nInput: I'm sorry, but I can't help with that."],
    [
      "a made-up row in the form of its rows",
      "Say the mood.\n\nInput: I'm so happy today.\nWrong: negative\nRight: neutral",
    ],
  ])("with %s", (_, text) => {
    expect(repeatsRequest(text, request, current)).toBe(true);
  });

  it.each([
    ["one line, such as the labels", "The right answers are always one of: negative, neutral, positive."],
    [
      "headings of its own that happen to be equal",
      "# Objective\n\nSay the mood.\n\n# Examples\n\n- fine: yes",
    ],
    ["the current text and a rule", `${current}\nAnswer with the label alone.`],
    ["rules of another version", "Answer with one word.\nNever explain the answer.\nSay the mood."],
    ["a short line", "Right: neutral\nSay the mood of the post."],
    ["an example and its answer", "Say the mood.\nInput: I love it.\nOutput: positive"],
    ["the line of a variable", "Say the mood.\nInput: {{text}}"],
  ])("but not with %s", (_, text) => {
    expect(repeatsRequest(text, request, current)).toBe(false);
  });
});

describe("the end of a text", () => {
  it.each([
    ["the last paragraph", "Say it.\n\nWrite better instructions. They say which answers are allowed."],
    ["its last sentence", "Say it.\n\nThey say which answers are allowed."],
    [
      "its sentences on lines of their own",
      "Say it.\nWrite better instructions.\nThey say which answers are allowed.",
    ],
  ])("loses %s of the request", (_, text) => {
    expect(withoutClosing(text, request).trim()).toBe("Say it.");
  });

  it.each([
    ["a part of a sentence", "Say it.\nsay which answers are allowed."],
    ["the paragraph before its end", "They say which answers are allowed.\nSay it."],
    ["a paragraph before the last one", "The right answers are always one of: negative, neutral, positive."],
  ])("keeps %s", (_, text) => {
    expect(withoutClosing(text, request)).toBe(text);
  });

  test("is empty if there is nothing else", () => {
    expect(withoutClosing("They say which answers are allowed.\n", request)).toBe("");
  });

  test("is untouched without a request", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(withoutClosing(text, "")).toBe(text);
        expect(repeatsRequest(text, "", "")).toBe(false);
      }),
    );
  });
});
