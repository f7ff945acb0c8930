import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { parseReply } from "../../../src/optimizers/request/parse-reply.ts";
import { fenceFor } from "../../../src/optimizers/request/text-request.ts";

const wanted = "````";
const parse = (text: string, isCutOff = false) => parseReply({ text, isCutOff }, { fence: wanted });

describe("extracts the text of a reply", () => {
  it.each([
    ["in the fence asked for", "````\nSay yes.\n````"],
    ["with prose around it", "Sure! Here you go:\n\n````\nSay yes.\n````\nHope it helps."],
    ["with a language behind the fence", "````text\nSay yes.\n````"],
    ["with blanks around the fence", "  ````  \nSay yes.\n ````  "],
    ["with carriage returns", "````\r\nSay yes.\r\n````\r\n"],
    ["in a shorter fence, when it is the only one", "```\nSay yes.\n```"],
    ["in a longer fence, when it is the only one", "``````\nSay yes.\n``````"],
    ["after thinking", "<think>\n```\nSay no.\n```\n</think>\n````\nSay yes.\n````"],
    ["after thinking under another name", "\n<reasoning>hm</reasoning>\n````\nSay yes.\n````"],
    ["when other fences stand before the one asked for", "As in\n```\nSay no.\n```\n````\nSay yes.\n````"],
    ["when the closing fence is longer", "````\nSay yes.\n`````"],
  ])("%s", (_, reply) => {
    expect(parse(reply)).toEqual({ text: "Say yes." });
  });

  test("keeps whitespace and empty lines inside", () => {
    expect(parse("````\n\n  Say yes.  \n\n````")).toEqual({ text: "\n  Say yes.  \n" });
  });

  test("a shorter fence inside belongs to the text", () => {
    const text = 'Answer so:\n```json\n{"a": 1}\n```\nThat is all.';
    expect(parse(`\`\`\`\`\n${text}\n\`\`\`\`\n`)).toEqual({ text });
  });

  test("words after the fence are the text's first line", () => {
    expect(parse("````Say yes to this.\nAnd to that.\n````")).toEqual({
      text: "Say yes to this.\nAnd to that.",
    });
  });

  test("every text survives its own fence", () => {
    const line = fc.oneof(fc.string(), fc.constantFrom("```", "````", "`````json", "~~~", "# x", "{{text}}"));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), (lines) => {
        const text = lines.join("\n").replace(/\r/g, "");
        fc.pre(text.trim() !== "");
        const fence = fenceFor([text]);
        const reply = { text: `Here:\n${fence}\n${text}\n${fence}\nDone.`, isCutOff: false };
        expect(parseReply(reply, { fence })).toEqual({ text });
      }),
    );
  });
});

const keeping = (text: string) =>
  parseReply({ text, isCutOff: false }, { fence: wanted, name: "classifier", variables: ["text"] });

describe("of several blocks", () => {
  it.each([
    [
      "the one in the fence asked for",
      "```\nA {{text}}\n```\n````\nB {{text}}\n````\n```\nC {{text}}\n```",
      "B {{text}}",
    ],
    ["the one with the name of the text", "```classifier\nA {{text}}\n```\n```json\n{}\n```", "A {{text}}"],
    [
      "the last that keeps the variables",
      "```\nA {{text}}\n```\n```\nB {{text}}\n```\n```\nC\n```",
      "B {{text}}",
    ],
    [
      "of two in the fence asked for the last one",
      "````\nA {{text}}\n````\nor\n````\nB {{text}}\n````",
      "B {{text}}",
    ],
  ])("%s", (_, reply, text) => {
    expect(keeping(reply)).toEqual({ text });
  });

  test("rejects all if none keeps the variables", () => {
    expect(keeping("```\nA\n```\n```\nB\n```")).toEqual({
      kind: "many_fences",
      problem: "the reply holds several fenced blocks, and none has the variables",
    });
  });
});

describe("accepts a reply without a complete fence that is clearly the whole text", () => {
  it.each([
    ["without any fence", "Say the mood.\n{{text}}", "Say the mood.\n{{text}}"],
    ["in a fence that is never closed", "````\nSay the mood.\n{{text}}", "Say the mood.\n{{text}}"],
    ["in a fence closed by a shorter one", "````\nSay the mood.\n{{text}}\n```", "Say the mood.\n{{text}}"],
    [
      "with the name of the text on the first line, as a model of 1.5 billion parameters writes it",
      "````\nclassifier\nWhat is the mood of this post?\n{{text}}\n```",
      "What is the mood of this post?\n{{text}}",
    ],
    [
      "after a line that announces it",
      "Here is the new text:\n\nSay the mood.\n{{text}}",
      "Say the mood.\n{{text}}",
    ],
    ["with a space in the braces", "Say the mood.\n{{ text }}", "Say the mood.\n{{ text }}"],
  ])("%s", (_, reply, text) => {
    expect(keeping(reply)).toEqual({ text, isUnfenced: true });
  });

  it.each([
    [
      "with a word to the reader at the end",
      "Say the mood.\n{{text}}\n\nThis prompt is clearer.",
      "no_fence",
    ],
    ["without a variable", "Say the mood.", "no_fence"],
    ["with an offer before it", "I will gladly help.\n\nSay the mood.\n{{text}}", "no_fence"],
    ["with words before an open fence", "Sure!\n````\nSay the mood.\n{{text}}", "open_fence"],
    ["with an open fence and no variable", "````\nSay the mood.", "open_fence"],
    ["whose last fence closes a block inside", "````\nAnswer so:\n```json\n{}\n```", "open_fence"],
  ])("but not %s", (_, reply, kind) => {
    expect(keeping(reply)).toMatchObject({ kind });
  });

  test("a shorter fence that closes a block inside stays in the text", () => {
    const text = "{{text}}\nAnswer so:\n```json\n{}\n```";
    expect(keeping(`\`\`\`\`\n${text}`)).toMatchObject({ kind: "open_fence" });
  });
});

describe("rejects a reply", () => {
  it.each([
    ["an answer to the user", "I would rather not.", "no_fence", "the reply holds no fenced block"],
    ["nothing at all", "", "no_fence", "the reply holds no fenced block"],
    [
      "thinking that never ends",
      "<think>\n````\nSay yes.\n````",
      "no_fence",
      "the reply holds no fenced block",
    ],
    [
      "an open fence after a preamble",
      "Sure!\n````\nSay yes.",
      "open_fence",
      "the fenced block of the reply is never closed",
    ],
    ["an empty block", "````\n\n  \n````", "empty", "the fenced block of the reply is empty"],
    [
      "two fenced texts that differ, without variables to tell them apart",
      "```\nSay yes.\n```\nor\n```\nSay no.\n```",
      "many_fences",
      "the reply holds several fenced blocks with different texts",
    ],
  ])("%s", (_, reply, kind, problem) => {
    expect(parse(reply)).toEqual({ kind, problem });
  });

  test("rejects a reply cut off by its limit, unless that happened behind its only block", () => {
    const cutOff = { kind: "cut_off", problem: "the reply was cut off by its length limit" };
    expect(parse("````\nSay yes.\n````\n\n### Explanation\n1. It", true)).toEqual({ text: "Say yes." });
    expect(parse("````\nSay yes.\n````\nor\n````\nSay no.\n````", true)).toEqual(cutOff);
    expect(parse("````\nSay yes.\n````\nor\n````\nSay", true)).toEqual(cutOff);
    expect(parse("Say yes", true)).toEqual(cutOff);
  });

  test("never throws, whatever the model wrote", () => {
    const piece = fc.constantFrom(
      "````",
      "```",
      "\n",
      "x",
      " ",
      "<think>",
      "</think>",
      "\r\n",
      "````md",
      "`",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const parsed = parse(pieces.join(""));
        if ("text" in parsed) expect(parsed.text.trim()).not.toBe("");
        else expect(parsed.problem).toMatch(/^the /);
      }),
    );
  });
});

describe("a text without variables", () => {
  it.each([
    ["without any fence", "Say yes.", "Say yes."],
    ["with code in it", "Use `yes` or ```no```.", "Use `yes` or ```no```."],
    ["in a fence that is never closed", "````\nSay yes.", "Say yes."],
    ["in a fence closed by a shorter one", "````\nSay yes.\n```", "Say yes."],
  ])("is accepted %s", (_, reply, text) => {
    expect(parse(reply)).toEqual({ text, isUnfenced: true });
  });
});

describe("with a fence of three backticks", () => {
  const read = (text: string, over: object = {}) =>
    parseReply({ text, isCutOff: false }, { fence: "```", name: "classifier", ...over });

  test("a block inside that names its language belongs to the text", () => {
    const text = 'Answer so:\n```json\n{"a": 1}\n```\nNothing else.';
    expect(read(`Here:\n\`\`\`\n${text}\n\`\`\`\nDone.`)).toEqual({ text });
  });

  test("an unclosed block before one with a language is not read as its outside", () => {
    expect(read("```\nSay yes.\n```\nFor example:\n```json\n{}", {})).toEqual({ text: "Say yes." });
  });

  test("of the old text and a new one, takes the new one", () => {
    const reply = "Before:\n```classifier\nSay yes.\n```\nAfter:\n```classifier\nSay no.\n```";
    expect(read(reply, { current: "Say yes." })).toEqual({ text: "Say no." });
  });

  test("the old text alone is returned as it is", () => {
    const current = "What is the sentiment of this text?";
    expect(read(`\`\`\`classifier\n${current}\n\`\`\``, { current })).toEqual({ text: current });
  });
});

const request = [
  "# Current instructions\n\n```classifier\nSay the mood.\n```",
  "Write a better instruction so that it gives the right answers. List the allowed answers and say that nothing else may be written.",
].join("\n\n");
const asked = (text: string) =>
  parseReply(
    { text, isCutOff: false },
    { fence: "```", name: "classifier", current: "Say the mood.", request },
  );

describe("a reply that repeats its request", () => {
  const closing = request.split("\n\n").at(-1) ?? "";

  // The reply of a model of 1.5 billion parameters, to the letter.
  test("in its last paragraph is used without it", () => {
    const text =
      "Classify the sentiment of a given statement. The allowed answers are:\n- positive\n- neutral\n- negative";
    expect(asked(`Instructions:\n${text}\n\n${closing}`)).toEqual({ text, isUnfenced: true });
    expect(asked(`\`\`\`\n${text}\n\n${closing}\n\`\`\``)).toEqual({ text });
  });

  test("in one sentence of its last paragraph is used without it", () => {
    const sentence = "List the allowed answers and say that nothing else may be written.";
    expect(asked(`Say yes or no.\n\n${sentence}`)).toEqual({ text: "Say yes or no.", isUnfenced: true });
  });

  it.each([
    ["and nothing else", closing],
    ["in one sentence and nothing else", "Write a better instruction so that it gives the right answers."],
    ["in a heading", "# Current instructions\n\nSay the mood of the post."],
    ["in a fence", "```\n# Current instructions\n\nSay the mood of the post.\n```"],
  ])("%s is refused", (_, reply) => {
    expect(asked(reply)).toEqual({
      kind: "echo",
      problem: "the reply repeats the request instead of answering it",
    });
  });
});

test("the requested fence is longer than any run of backticks in the texts", () => {
  expect(fenceFor(["plain"])).toBe("```");
  expect(fenceFor(["with ```` four", "and ``````` seven"])).toBe("````````");
});
