import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/core/data/json.ts";
import { tracesOfOtlp } from "../../../src/traces/otlp/traces-of-otlp.ts";
import { otlpRequest, type SpanSketch } from "../../support/otlp-request.ts";

function traceOf(attributes: JsonObject, more: SpanSketch = {}) {
  return tracesOfOtlp(otlpRequest([{ attributes, ...more }])).traces[0];
}

const system = { role: "system", content: "Answer shortly." };
const user = { role: "user", content: "Weather in Paris?" };
const call = { id: "call_1", name: "get_weather", arguments: '{"city":"Paris"}' };

describe("a model call as written by", () => {
  it("pydantic-ai, version 1 of its conventions (docs: InstrumentationSettings.version, `events`)", () => {
    const events = [
      {
        "event.name": "gen_ai.system.message",
        content: system.content,
        role: "system",
        "gen_ai.message.index": 0,
      },
      { "event.name": "gen_ai.user.message", content: user.content, role: "user", "gen_ai.message.index": 0 },
      {
        "event.name": "gen_ai.choice",
        index: 0,
        message: {
          role: "assistant",
          tool_calls: [
            { id: "call_1", type: "function", function: { name: call.name, arguments: call.arguments } },
          ],
        },
      },
    ];
    expect(
      traceOf({
        "gen_ai.request.model": "gpt-4o",
        events: JSON.stringify(events),
        model_request_parameters: "{}",
      }),
    ).toMatchObject({ messages: [system, user], toolCalls: [call], model: "gpt-4o" });
  });

  it("pydantic-ai's agents, version 1: all events and the final result", () => {
    const events = [
      { "event.name": "gen_ai.user.message", content: user.content, role: "user" },
      { "event.name": "gen_ai.assistant.message", content: "Rainy.", role: "assistant" },
    ];
    expect(
      traceOf(
        {
          agent_name: "weather",
          model_name: "gpt-4o",
          all_messages_events: JSON.stringify(events),
          final_result: "Rainy.",
        },
        { name: "agent run" },
      ),
    ).toMatchObject({
      name: "weather",
      messages: [user],
      output: "Rainy.",
      metadata: { span_kind: "agent" },
    });
  });

  it("logfire before its version 4: request_data and response_data, chat and stream", () => {
    const request_data = JSON.stringify({ model: "gpt-4o", messages: [system, user], temperature: 0 });
    expect(
      traceOf({
        request_data,
        response_data: JSON.stringify({
          message: { role: "assistant", content: "Rainy." },
          usage: { prompt_tokens: 20, completion_tokens: 2 },
        }),
      }),
    ).toMatchObject({
      messages: [system, user],
      output: "Rainy.",
      parameters: { temperature: 0 },
      usage: { inputTokens: 20, outputTokens: 2 },
    });
    expect(
      traceOf({ request_data, response_data: '{"combined_chunk_content":"Rainy.","chunk_count":2}' }),
    ).toMatchObject({ messages: [system, user], output: "Rainy." });
  });

  it("logfire, for Anthropic's client: the system text is a message", () => {
    expect(
      traceOf({
        request_data: JSON.stringify({
          model: "claude",
          max_tokens: 9,
          system: system.content,
          messages: [user],
        }),
        response_data: '{"message":{"role":"assistant","content":"Rainy."}}',
      }),
    ).toMatchObject({ messages: [system, user], output: "Rainy.", parameters: { max_tokens: 9 } });
  });

  it("LangSmith's OpenTelemetry export of a LangChain run (langsmith-sdk, _internal/otel)", () => {
    const message = (kind: string, kwargs: JsonObject) => ({
      lc: 1,
      type: "constructor",
      id: ["langchain", "schema", "messages", kind],
      kwargs,
    });
    expect(
      traceOf({
        "langsmith.span.kind": "llm",
        "langsmith.trace.name": "ChatOpenAI",
        "langsmith.metadata.thread_id": "t1",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.prompt": JSON.stringify({
          messages: [
            [
              message("SystemMessage", { content: system.content }),
              message("HumanMessage", { content: user.content }),
            ],
          ],
        }),
        "gen_ai.completion": JSON.stringify({
          generations: [
            [
              {
                text: "",
                message: message("AIMessage", {
                  content: "",
                  tool_calls: [{ id: "call_1", name: call.name, args: { city: "Paris" } }],
                }),
              },
            ],
          ],
        }),
      }),
    ).toMatchObject({
      name: "ChatOpenAI",
      chatId: "t1",
      messages: [system, user],
      toolCalls: [call],
      model: "gpt-4o",
    });
  });

  it("LangSmith, for a wrapped OpenAI client and for a chain", () => {
    expect(
      traceOf({
        "langsmith.span.kind": "llm",
        "gen_ai.prompt": JSON.stringify({ model: "gpt-4o", messages: [user], temperature: 0 }),
        "gen_ai.completion": JSON.stringify({
          model: "m2",
          choices: [{ message: { role: "assistant", content: "Rainy." } }],
        }),
      }),
    ).toMatchObject({ messages: [user], output: "Rainy.", parameters: { temperature: 0 } });
    expect(
      traceOf({
        "langsmith.span.kind": "chain",
        "gen_ai.prompt": '{"question":"Weather?"}',
        "gen_ai.completion": '{"answer":"Rainy."}',
      }),
    ).toMatchObject({ inputs: { question: "Weather?" }, output: '{"answer":"Rainy."}' });
  });

  it("strands-agents: events with blocks of Bedrock's Converse API (strands/telemetry/tracer.py)", () => {
    const attributes = { "gen_ai.system": "strands-agents", "gen_ai.operation.name": "chat" };
    const event = (name: string, content: unknown) => ({
      name,
      attributes: { content: JSON.stringify(content) },
    });
    const events = [
      { name: "gen_ai.system.message", attributes: { content: system.content } },
      event("gen_ai.user.message", [{ text: user.content }]),
      event("gen_ai.assistant.message", [
        { text: "Let me look." },
        { toolUse: { toolUseId: "call_1", name: call.name, input: { city: "Paris" } } },
      ]),
      event("gen_ai.tool.message", [
        { toolResult: { toolUseId: "call_1", status: "success", content: [{ text: "57" }] } },
        { toolResult: { toolUseId: "call_2", status: "success", content: [{ json: { f: 58 } }] } },
      ]),
      { name: "gen_ai.choice", attributes: { finish_reason: "end_turn", message: '[{"text": "Rainy."}]' } },
    ];
    expect(traceOf(attributes, { events })).toMatchObject({
      messages: [
        system,
        user,
        { role: "assistant", content: "Let me look.", toolCalls: [call] },
        { role: "tool", content: "57", toolCallId: "call_1" },
        { role: "tool", content: '{"f":58}', toolCallId: "call_2" },
      ],
      output: "Rainy.",
      finishReason: "end_turn",
    });
  });

  it("Google ADK with thinking, images and an error", () => {
    expect(
      traceOf({
        "gcp.vertex.agent.llm_request": JSON.stringify({
          model: "gemini-2.5-flash",
          config: {
            temperature: 0.2,
            max_output_tokens: 9,
            system_instruction: { parts: [{ text: "Answer shortly." }] },
          },
          contents: [
            {
              role: "user",
              parts: [{ text: "See" }, { inline_data: { mime_type: "image/png", data: "AA==" } }],
            },
          ],
        }),
        "gcp.vertex.agent.llm_response": JSON.stringify({
          content: { role: "model", parts: [{ text: "Hm.", thought: true }, { text: "Rainy." }] },
          finish_reason: "STOP",
        }),
      }),
    ).toMatchObject({
      messages: [
        system,
        {
          role: "user",
          content: [
            { type: "text", text: "See" },
            { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } },
          ],
        },
      ],
      output: "Rainy.",
      reasoning: "Hm.",
      parameters: { temperature: 0.2, max_tokens: 9 },
      finishReason: "STOP",
    });
  });
});

describe("a span that makes no trace", () => {
  it("is counted with its reason, and with the attributes seen if a convention is missing", () => {
    const { traces, leftOut } = tracesOfOtlp(
      otlpRequest([
        { attributes: { "gen_ai.request.model": "m", "acme.prompt": "Hi" } },
        { attributes: { "http.method": "GET" } },
        { attributes: { "gen_ai.operation.name": "execute_tool" } },
        { attributes: { "gen_ai.operation.name": "embeddings", "gen_ai.request.model": "e" } },
        // An agent's instructions alone are no call.
        {
          attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.system_instructions": "Be brief." },
        },
      ]),
    );
    expect(traces).toEqual([]);
    const kind = "spans of test-instrumentation";
    expect(leftOut).toEqual([
      {
        count: 1,
        kind,
        reason: "neither messages nor an answer by a known convention",
        attributes: ["gen_ai.request.model", "acme.prompt"],
      },
      { count: 1, kind, reason: "no model call among them" },
      { count: 1, kind, reason: "calls of tools" },
      { count: 1, kind, reason: "embeddings" },
      { count: 1, kind, reason: "agents, whose model calls are spans of their own" },
    ]);
  });

  it("ends with a payload of another shape, without an exception", () => {
    for (const bad of [
      "{",
      "[]",
      "null",
      "1",
      '"x"',
      "[[[]]]",
      '{"messages":1}',
      '{"messages":[1]}',
      '{"content":{"parts":[1,null]}}',
    ]) {
      for (const name of [
        ...[
          "request_data",
          "response_data",
          "events",
          "all_messages_events",
          "pydantic_ai.all_messages",
          "final_result",
        ],
        ...[
          "gen_ai.prompt",
          "gen_ai.completion",
          "gcp.vertex.agent.llm_request",
          "gcp.vertex.agent.llm_response",
        ],
        ...[
          "gen_ai.input.messages",
          "gen_ai.output.messages",
          "gen_ai.system_instructions",
          "model_request_parameters",
        ],
      ])
        expect(() => traceOf({ [name]: bad, agent_name: "a" })).not.toThrow();
    }
  });
});
