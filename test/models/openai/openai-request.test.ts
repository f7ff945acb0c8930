import { describe, expect, it } from "vitest";
import type { ModelParameters } from "../../../src/core/prompt/prompt.ts";
import { requestBody } from "../../../src/models/openai/openai-request.ts";

const messages = [{ role: "user", content: "Hello" }];
const body = (parameters: ModelParameters, model = "gpt-4o-mini") => requestBody(model, parameters, messages);

describe("requestBody", () => {
  it("writes every parameter under the API's name", () => {
    expect(
      body({
        temperature: 0.1,
        topP: 0.9,
        maxTokens: 100,
        stop: ["END"],
        seed: 7,
        presencePenalty: 0.5,
        frequencyPenalty: -0.5,
        responseFormat: { type: "json_object" },
        reasoningEffort: "low",
        toolChoice: "auto",
        tools: [{ type: "function", function: { name: "weather" } }],
        other: { user: "u-1", logit_bias: { "50256": -100 } },
      }),
    ).toEqual({
      model: "gpt-4o-mini",
      messages: [{ role: "user", content: "Hello" }],
      temperature: 0.1,
      top_p: 0.9,
      max_tokens: 100,
      stop: ["END"],
      seed: 7,
      presence_penalty: 0.5,
      frequency_penalty: -0.5,
      response_format: { type: "json_object" },
      reasoning_effort: "low",
      tool_choice: "auto",
      tools: [{ type: "function", function: { name: "weather" } }],
      user: "u-1",
      logit_bias: { "50256": -100 },
    });
  });

  it("leaves out what is not given, an unlimited answer and an empty list of tools", () => {
    expect(body({ maxTokens: -1, tools: [] })).toEqual({ model: "gpt-4o-mini", messages });
  });

  it.each(["o1", "o3-mini", "openai/o4-mini", "gpt-5", "gpt-5-mini", "gpt-5.1", "databricks-gpt-5"])(
    "asks %s, which reasons, with its own name of the limit, and what the user set",
    (model) => {
      expect(body({ temperature: 0, topP: 1, presencePenalty: 1, maxTokens: 50 }, model)).toEqual({
        ...{ model, messages, max_completion_tokens: 50 },
        ...{ temperature: 0, top_p: 1, presence_penalty: 1 },
      });
    },
  );

  it.each<[string, string | undefined, string | number, object]>([
    ["o3-mini", undefined, "minimal", { reasoning_effort: "minimal" }],
    ["o3-mini", undefined, 1024, { reasoning_effort: "low" }],
    ["o3-mini", undefined, 4096, { reasoning_effort: "medium" }],
    ["o3-mini", undefined, 4097, { reasoning_effort: "high" }],
    [
      "claude-sonnet-4-5",
      "https://api.anthropic.com/v1",
      2000,
      { thinking: { type: "enabled", budget_tokens: 2000 } },
    ],
    [
      "gemini-2.5-flash",
      "https://generativelanguage.googleapis.com/v1beta/openai",
      512,
      { extra_body: { google: { thinking_config: { thinking_budget: 512 } } } },
    ],
    [
      "anthropic/claude-sonnet-4.5",
      "https://openrouter.ai/api/v1",
      2000,
      { reasoning: { max_tokens: 2000 } },
    ],
  ])("sends %s at %s the reasoning effort %s", (model, baseUrl, reasoningEffort, expected) => {
    expect(requestBody(model, { reasoningEffort }, messages, { baseUrl })).toEqual({
      model,
      messages,
      ...expected,
    });
  });

  it.each(["gpt-4o", "gpt-50", "gpt-5-chat-latest", "foo1", "llama3", "gpt-4o3"])(
    "asks %s with sampling parameters",
    (model) => {
      expect(body({ temperature: 0, maxTokens: 50 }, model)).toMatchObject({
        temperature: 0,
        max_tokens: 50,
      });
    },
  );

  it("wraps a bare function as a tool", () => {
    expect(body({ tools: [{ name: "weather", parameters: { type: "object" } }] })["tools"]).toEqual([
      { type: "function", function: { name: "weather", parameters: { type: "object" } } },
    ]);
  });

  it("never requests a stream", () => {
    expect(body({ other: { stream: true, stream_options: { include_usage: true } } })).toEqual({
      model: "gpt-4o-mini",
      messages,
    });
  });

  it("writes tool calls and their results", () => {
    const conversation = [
      { role: "assistant", content: null, toolCalls: [{ id: "c1", name: "weather", arguments: "{}" }] },
      { role: "tool", content: "12", toolCallId: "c1" },
    ];
    expect(requestBody("m", {}, conversation)["messages"]).toEqual([
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "c1", type: "function", function: { name: "weather", arguments: "{}" } }],
      },
      { role: "tool", content: "12", tool_call_id: "c1" },
    ]);
  });
});
