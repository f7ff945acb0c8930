import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isUsable } from "../../../src/core/answer/answer.ts";
import { readChatBody, readResponsesBody } from "../../../src/core/answer/read-answer-body.ts";
import { answerShapes, faultShapes } from "../../support/provider-shapes.ts";

describe("the body of a chat completion", () => {
  it.each(answerShapes)("$name", ({ body, kind, text, reasoning }) => {
    const read = readChatBody(body);
    expect(read.fault).toBeUndefined();
    expect(read.answer).toMatchObject({ kind, text });
    expect(read.answer?.reasoning).toBe(reasoning);
  });

  it.each(faultShapes)("$name is an error of the provider", ({ body, message, code }) => {
    const { fault } = readChatBody(body);
    expect(fault?.message).toMatch(message as RegExp);
    expect(fault?.code).toBe(code);
  });

  it("keeps the reasoning in the text with `keep`, in any form", () => {
    const keep = { keepsReasoning: true };
    const body = (message: object) => ({ choices: [{ message, finish_reason: "stop" }] });
    const kept = (message: object) => readChatBody(body(message), keep).answer;
    expect(kept({ content: "<think>a</think>b" })).toMatchObject({
      ...{ kind: "text", text: "<think>a</think>b", reasoning: "a" },
    });
    expect(kept({ content: "b", reasoning_content: "a" })).toMatchObject({
      ...{ kind: "text", text: "<think>\na\n</think>\n\nb", reasoning: "a" },
    });
  });

  it("never throws, and always has a kind", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, part) => {
        for (const body of [
          value,
          { choices: [value] },
          { choices: [{ message: { content: part }, error: value }] },
        ]) {
          const { answer, fault } = readChatBody(body);
          expect(answer ?? fault).toBeDefined();
          const response = readResponsesBody(body);
          expect(response.answer ?? response.fault).toBeDefined();
        }
      }),
    );
  });

  it("only texts and tool calls are usable", () => {
    const kinds = ["text", "tool_calls", "empty", "refusal", "cut_off", "filtered"] as const;
    expect(kinds.filter(isUsable)).toEqual(["text", "tool_calls"]);
  });
});

describe("the body of the responses endpoint", () => {
  const message = (...content: readonly object[]) => ({ type: "message", role: "assistant", content });
  const text = (content: string) => ({ type: "output_text", text: content, annotations: [] });
  const reasoning = { type: "reasoning", id: "r", summary: [{ type: "summary_text", text: "2+2" }] };

  it.each([
    [
      "a text with reasoning",
      { status: "completed", output: [reasoning, message(text("four"))] },
      "text",
      "four",
    ],
    [
      "a refusal",
      { status: "completed", output: [message({ type: "refusal", refusal: "No." })] },
      "refusal",
      "No.",
    ],
    ["nothing", { status: "completed", output: [reasoning] }, "empty", ""],
    [
      "a cut-off",
      {
        status: "incomplete",
        incomplete_details: { reason: "max_output_tokens" },
        output: [message(text("fo"))],
      },
      "cut_off",
      "fo",
    ],
    [
      "a filter",
      { status: "incomplete", incomplete_details: { reason: "content_filter" }, output: [] },
      "filtered",
      "",
    ],
    [
      "a tool call",
      { status: "completed", output: [{ type: "function_call", call_id: "c", name: "f", arguments: "{}" }] },
      "tool_calls",
      "",
    ],
  ])("%s", (_, body, kind, content) => {
    const { answer, fault } = readResponsesBody(body);
    expect(fault).toBeUndefined();
    expect(answer).toMatchObject({ kind, text: content });
    expect(answer?.reasoning).toBe(JSON.stringify(body).includes("2+2") ? "2+2" : undefined);
  });

  it.each([
    [
      { status: "failed", error: { code: "server_error", message: "Broke" }, output: [] },
      "Broke",
      "server_error",
    ],
    [{ status: "cancelled", output: [] }, "the response ended as cancelled", undefined],
    [{ id: "r" }, "no output in the response", undefined],
    ["<html>", "no response in the answer", undefined],
  ])("%j is an error", (body, message, code) => {
    expect(readResponsesBody(body).fault).toEqual({ message, ...(code === undefined ? {} : { code }) });
  });
});
