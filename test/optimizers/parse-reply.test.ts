import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { fenceFor } from "../../src/optimizers/fence.ts";
import { parseReply } from "../../src/optimizers/parse-reply.ts";
import { replyFence } from "../../src/optimizers/text-request.ts";

const wanted = "````";
const parse = (text: string, isCutOff = false) => parseReply({ text, isCutOff }, wanted);

describe("a reply brings its text", () => {
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

  test("blanks and empty lines inside stay", () => {
    expect(parse("````\n\n  Say yes.  \n\n````")).toEqual({ text: "\n  Say yes.  \n" });
  });

  test("a shorter fence inside belongs to the text", () => {
    const text = 'Answer so:\n```json\n{"a": 1}\n```\nThat is all.';
    expect(parse(`\`\`\`\`\n${text}\n\`\`\`\`\n`)).toEqual({ text });
  });

  test("words behind the fence are the text's first line", () => {
    expect(parse("````Say yes to this.\nAnd to that.\n````")).toEqual({
      text: "Say yes to this.\nAnd to that.",
    });
  });

  test("every text comes through the fence made for it", () => {
    const line = fc.oneof(fc.string(), fc.constantFrom("```", "````", "`````json", "~~~", "# x", "{{text}}"));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), (lines) => {
        const text = lines.join("\n").replace(/\r/g, "");
        fc.pre(text.trim() !== "");
        const fence = replyFence([text]);
        const reply = { text: `Here:\n${fence}\n${text}\n${fence}\nDone.`, isCutOff: false };
        expect(parseReply(reply, fence)).toEqual({ text });
      }),
    );
  });
});

describe("a reply is refused", () => {
  it.each([
    ["prose", "Say yes.", "no_fence", "the reply holds no fenced block"],
    ["nothing at all", "", "no_fence", "the reply holds no fenced block"],
    [
      "thinking that never ends",
      "<think>\n````\nSay yes.\n````",
      "no_fence",
      "the reply holds no fenced block",
    ],
    ["an open fence", "````\nSay yes.", "open_fence", "the fenced block of the reply is never closed"],
    [
      "a fence closed by a shorter one",
      "````\nSay yes.\n```",
      "open_fence",
      "the fenced block of the reply is never closed",
    ],
    ["an empty block", "````\n\n  \n````", "empty", "the fenced block of the reply is empty"],
    [
      "two blocks",
      "````\nSay yes.\n````\nor\n````\nSay no.\n````",
      "many_fences",
      "the reply holds more than one fenced block",
    ],
    [
      "two blocks, neither in the fence asked for",
      "```\nSay yes.\n```\n```\nSay no.\n```",
      "many_fences",
      "the reply holds more than one fenced block",
    ],
    ["inline code", "Use `Say yes.` or ```Say no.```", "no_fence", "the reply holds no fenced block"],
  ])("%s", (_, reply, kind, problem) => {
    expect(parse(reply)).toEqual({ kind, problem });
  });

  test("a reply that was cut off, however complete it looks", () => {
    expect(parse("````\nSay yes.\n````", true)).toEqual({
      kind: "cut_off",
      problem: "the reply was cut off by its length limit",
    });
  });

  test("never with a throw, whatever the model wrote", () => {
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

test("the fence asked for is longer than any run of backticks it may have to hold", () => {
  expect(replyFence(["plain"])).toBe("````");
  expect(replyFence(["with ```` four", "and ``````` seven"])).toBe(fenceFor(["```````"]));
});
