import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitReasoning } from "../../../src/core/answer/split-reasoning.ts";

const final = "<|start|>assistant<|channel|>final<|message|>";

describe("reasoning at the start of an answer", () => {
  it.each([
    ["<think>a</think>b", "a", "b"],
    ["<THINK>a</Think >b", "a", "b"],
    ["\n <think>\na\n</think>\n\nb\n", "a", "b\n"],
    ["<thinking>a</thinking>b", "a", "b"],
    ["<reasoning>a</reasoning>b", "a", "b"],
    ["<thought>a</thought>b", "a", "b"],
    ["<seed:think>a</seed:think>b", "a", "b"],
    ["<think>a</think><think>c</think>b", "a\n\nc", "b"],
    ["<think>\n\n</think>\n\nb", undefined, "b"],
    ["a</think>b", "a", "b"],
    ["</think>\n\nb", undefined, "b"],
    ["<think>a <think>c</think> d</think>b", "a <think>c\n\nd", "b"],
    ["[THINK]a[/THINK]b", "a", "b"],
    ["◁think▷a◁/think▷b", "a", "b"],
    ["<|START_THINKING|>a<|END_THINKING|>b", "a", "b"],
    ["<|channel>thought\na<channel|>b", "a", "b"],
    [`<|channel|>analysis<|message|>a<|end|>${final}b<|return|>`, "a", "b"],
    [`analysis<|message|>a<|end|>${final}b`, "a", "b"],
    [`<|channel|>commentary to=functions.f <|constrain|>json<|message|>{}<|call|>${final}b`, "{}", "b"],
    ["<|channel|>final<|message|>b", undefined, "b"],
    ["analysisWe add.assistantfinalb", "We add.", "b"],
  ])("%j", (text, reasoning, answer) => {
    const split = splitReasoning(text);
    expect(split).toEqual({ text: answer, isOpen: false, ...(reasoning === undefined ? {} : { reasoning }) });
  });

  it.each([
    ["<think>a", "a"],
    ["<thinking>a</think", "a</think"],
    ["<reasoning>a</think>b", "a</think>b"],
    ["[THINK]a", "a"],
    ["<think>a</think><think>b", "a\n\nb"],
    ["<|channel|>analysis<|message|>a", "a"],
  ])("%j is not closed", (text, reasoning) => {
    expect(splitReasoning(text)).toEqual({ text: "", reasoning, isOpen: true });
  });

  it.each([
    "The tag <think> opens it.",
    "b <think>a</think>",
    "```\n<think>a</think>\n```",
    "`<think>` and `</think>` are tags.",
    "analysis of the final assistant",
    "analysis assistantfinal",
    "<answer>b</answer>",
    "<thinker>b</thinker>",
  ])("%j is an answer", (text) => {
    expect(splitReasoning(text)).toEqual({ text, isOpen: false });
  });

  it("leaves texts without tags unchanged", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        fc.pre(!/think|thought|reasoning|analysis|commentary|final/i.test(text));
        expect(splitReasoning(text)).toEqual({ text, isOpen: false });
      }),
    );
  });

  it("removes exactly the reasoning put in front", () => {
    const plain = fc.string().filter((text) => !/<|\[THINK|◁|analysis/i.test(text));
    fc.assert(
      fc.property(plain, plain, fc.constantFrom("think", "thinking", "reasoning"), (thought, answer, tag) => {
        const { text, reasoning, isOpen } = splitReasoning(`<${tag}>${thought}</${tag}>${answer}`);
        expect([text, reasoning ?? "", isOpen]).toEqual([answer.trimStart(), thought.trim(), false]);
      }),
    );
  });
});
