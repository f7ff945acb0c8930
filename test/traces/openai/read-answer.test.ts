import { describe, expect, it } from "vitest";
import { cachedTokens, callCost, readAnswerFields } from "../../../src/traces/openai/read-answer.ts";
import { readRequestFields, tracedEndpoint } from "../../../src/traces/openai/read-request.ts";
import { gatherStream } from "../../../src/traces/openai/stream-answer.ts";

describe("openAIEndpoint", () => {
  it.each([
    ["/chat/completions", "chat"],
    ["/completions", "completion"],
    ["/responses", "responses"],
    ["/embeddings", undefined],
    ["/chat/completions/x", undefined],
    ["constructor", undefined],
  ])("%s is %s", (path, endpoint) => expect(tracedEndpoint(path)).toBe(endpoint));
});

describe("readRequest", () => {
  it("reads messages with tool calls, parts and tool results", () => {
    const parts = [{ type: "text", text: "x" }];
    const { messages, parameters, user } = readRequestFields("chat", {
      model: "m",
      safety_identifier: "u",
      stop: ["a"],
      messages: [
        { role: "user", content: parts, name: "bo" },
        {
          role: "assistant",
          content: null,
          tool_calls: [
            { id: "c", type: "function", function: { name: "f", arguments: "{}" } },
            { id: "d", type: "custom", custom: { name: "g", input: "raw" } },
          ],
        },
        { role: "tool", content: "out", tool_call_id: "c" },
        "no message",
      ],
    });
    expect(messages).toEqual([
      { role: "user", content: parts, name: "bo" },
      {
        role: "assistant",
        content: null,
        toolCalls: [
          { id: "c", name: "f", arguments: "{}" },
          { id: "d", name: "g", arguments: "raw" },
        ],
      },
      { role: "tool", content: "out", toolCallId: "c" },
    ]);
    expect(parameters).toEqual({ stop: ["a"], safety_identifier: "u" });
    expect(user).toBe("u");
  });

  it("reads every form of prompt", () => {
    const promptsOf = (prompt: never) =>
      readRequestFields("completion", { prompt }).messages?.map(({ content }) => content);
    expect(promptsOf("a" as never)).toEqual(["a"]);
    expect(promptsOf(["a", "b"] as never)).toEqual(["a", "b"]);
    expect(promptsOf([1, 2] as never)).toEqual(["[1,2]"]);
    expect(readRequestFields("completion", {}).messages).toEqual([]);
  });

  it("reads items of the responses endpoint", () => {
    const reasoning = { type: "reasoning", id: "r", summary: [] };
    const { messages } = readRequestFields("responses", {
      instructions: "Be nice.",
      input: [
        { role: "user", content: "Look" },
        { type: "function_call", call_id: "c", name: "look", arguments: "{}" },
        { type: "function_call_output", call_id: "c", output: "blue" },
        reasoning,
      ],
    });
    expect(messages).toEqual([
      { role: "system", content: "Be nice." },
      { role: "user", content: "Look" },
      { role: "assistant", content: null, toolCalls: [{ id: "c", name: "look", arguments: "{}" }] },
      { role: "tool", content: "blue", toolCallId: "c" },
      { role: "assistant", content: [reasoning] },
    ]);
  });
});

describe("readAnswerFields", () => {
  it("uses a refusal as the output, and keeps every choice", () => {
    const body = {
      choices: [
        { index: 0, finish_reason: "stop", message: { role: "assistant", content: null, refusal: "No." } },
        { index: 1, finish_reason: "stop", message: { role: "assistant", content: "Yes." } },
      ],
    };
    expect(readAnswerFields("chat", body)).toMatchObject({
      output: "No.",
      finishReason: "stop",
      providerResponse: body,
    });
  });

  it.each([[null], ["<html>"], [[]], [{}], [{ choices: [] }], [{ choices: [null] }]])(
    "treats %j as an error of the provider",
    (body) => {
      expect(readAnswerFields("chat", body as never)).toEqual({
        error: expect.stringMatching(/^no (chat completion|choice)/),
        providerResponse: body,
      });
    },
  );

  it("reads a failed and an incomplete response", () => {
    expect(
      readAnswerFields("responses", {
        status: "failed",
        error: { code: "server_error", message: "Broke" },
        output: [],
      }),
    ).toMatchObject({ error: "Broke", errorCode: "server_error", finishReason: "failed" });
    expect(
      readAnswerFields("responses", {
        status: "incomplete",
        incomplete_details: { reason: "max_output_tokens" },
        output: [{ type: "message", content: [{ type: "output_text", text: "Half" }] }],
        usage: { input_tokens: 3, output_tokens: 4, output_tokens_details: { reasoning_tokens: 2 } },
      }),
    ).toMatchObject({
      finishReason: "max_output_tokens",
      output: "Half",
      usage: { inputTokens: 3, outputTokens: 4, reasoningTokens: 2 },
    });
  });
});

describe("gatherStream", () => {
  it("is empty before the first chunk, and ignores invalid chunks", () => {
    const stream = gatherStream("chat");
    expect(stream.body()).toBeUndefined();
    for (const odd of [null, 1, "x", [], undefined]) stream.add(odd);
    expect(stream.body()).toBeUndefined();
    stream.add({ choices: [null, { delta: null }, { index: 0, delta: { content: 5, tool_calls: [null] } }] });
    expect(stream.body()).toMatchObject({ choices: [{ index: 0, message: { content: null } }] });
  });

  it("assembles choices, refusals, log probabilities and fragments of tool calls", () => {
    const stream = gatherStream("chat");
    const chunk = (...choices: readonly object[]) =>
      stream.add({ id: "c", object: "chat.completion.chunk", choices });
    chunk({ index: 1, delta: { role: "assistant", refusal: "No" } });
    chunk({
      index: 0,
      delta: { tool_calls: [{ index: 1, id: "b", function: { name: "g", arguments: "" } }] },
    });
    chunk({
      index: 0,
      delta: { tool_calls: [{ index: 0, id: "a", function: { name: "f", arguments: '{"x"' } }] },
    });
    chunk({ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: ":1}" } }] } });
    chunk({ index: 1, delta: { refusal: "." }, logprobs: { content: [{ token: "a", logprob: -1 }] } });
    chunk({ index: 0, delta: {}, finish_reason: "tool_calls" });
    stream.add({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } });
    expect(stream.body()).toEqual({
      id: "c",
      object: "chat.completion",
      usage: { prompt_tokens: 1, completion_tokens: 2 },
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: null,
            refusal: null,
            tool_calls: [
              { id: "a", type: "function", function: { name: "f", arguments: '{"x":1}' } },
              { id: "b", type: "function", function: { name: "g", arguments: "" } },
            ],
          },
          logprobs: null,
          finish_reason: "tool_calls",
        },
        {
          index: 1,
          message: { role: "assistant", content: null, refusal: "No." },
          logprobs: { content: [{ token: "a", logprob: -1 }] },
          finish_reason: null,
        },
      ],
    });
  });

  it("keeps no reference to a chunk", () => {
    const stream = gatherStream("chat");
    const usage = { prompt_tokens: 1 };
    stream.add({ choices: [], usage });
    usage.prompt_tokens = 9;
    expect(stream.body()).toMatchObject({ usage: { prompt_tokens: 1 } });
  });

  it("uses finished items and partial text of an interrupted response", () => {
    const stream = gatherStream("responses");
    expect(stream.body()).toBeUndefined();
    const call = { type: "function_call", call_id: "c", name: "f", arguments: "{}" };
    for (const event of [
      { type: "response.created", response: { id: "r", status: "in_progress", output: [] } },
      { type: "response.output_item.done", item: call },
      { type: "response.output_text.delta", delta: "Half " },
      { type: "response.output_text.delta", delta: "way" },
      { type: "error", message: "x" },
      { noType: 1 },
    ]) {
      stream.add(event);
    }
    const body = stream.body();
    expect(readAnswerFields("responses", body ?? null)).toMatchObject({
      output: "Half way",
      toolCalls: [{ id: "c", name: "f", arguments: "{}" }],
    });
  });
});

describe("callCost", () => {
  const price = { input: 2, output: 8, cachedInput: 0.5 };

  it("prices input and output, and cached input separately", () => {
    const answer = { usage: { prompt_tokens_details: { cached_tokens: 400 } } };
    expect(cachedTokens(answer)).toBe(400);
    expect(cachedTokens({ usage: { input_tokens_details: { cached_tokens: 7 } } })).toBe(7);
    expect(cachedTokens("x")).toBeUndefined();
    const cost = callCost({ inputTokens: 1000, outputTokens: 100 }, cachedTokens(answer), price);
    expect(cost.promptCostUsd).toBeCloseTo((600 * 2 + 400 * 0.5) / 1e6, 15);
    expect(cost.outputCostUsd).toBeCloseTo(0.0008, 15);
    expect(cost.costUsd).toBeCloseTo(0.0022, 15);
  });

  it("is null if price or tokens are unknown", () => {
    const nothing = { promptCostUsd: null, outputCostUsd: null, costUsd: null };
    expect(callCost({ inputTokens: 1, outputTokens: 1 }, undefined, undefined)).toEqual(nothing);
    expect(callCost({ inputTokens: 1 }, undefined, price)).toEqual(nothing);
    expect(callCost(undefined, undefined, price)).toEqual(nothing);
  });
});
