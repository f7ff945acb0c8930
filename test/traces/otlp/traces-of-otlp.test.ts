import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/core/data/json.ts";
import type { Trace } from "../../../src/core/trace.ts";
import { tracesOfOtlp } from "../../../src/traces/otlp/traces-of-otlp.ts";
import { otlpRequest, type SpanSketch, traceId } from "../../support/otlp-request.ts";

function traceOf(attributes: JsonObject, more: SpanSketch = {}): Trace | undefined {
  const { traces, problems } = tracesOfOtlp(otlpRequest([{ attributes, ...more }]));
  expect(problems).toEqual([]);
  expect(traces.length).toBeLessThanOrEqual(1);
  return traces[0];
}

const system = { role: "system", content: "Answer shortly." };
const user = { role: "user", content: "Weather in Paris?" };
const call = { id: "call_1", name: "get_weather", arguments: '{"city":"Paris"}' };
/** The expected trace of the same call in every convention. */
const expected = {
  messages: [system, user],
  output: "Rainy.",
  model: "gpt-4o-2024-08-06",
  usage: { inputTokens: 20, outputTokens: 3 },
  finishReason: "stop",
};

describe("a model call becomes a trace, as written by", () => {
  it("OpenTelemetry's current conventions, in attributes", () => {
    const attributes = {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.response.model": "gpt-4o-2024-08-06",
      "gen_ai.request.temperature": 0.5,
      "gen_ai.request.stop_sequences": ["END"],
      "gen_ai.request.choice.count": 1,
      "gen_ai.conversation.id": "conv_1",
      "gen_ai.prompt.name": "main/weather",
      "gen_ai.system_instructions": JSON.stringify([{ type: "text", content: system.content }]),
      "gen_ai.input.messages": JSON.stringify([
        { role: "user", parts: [{ type: "text", content: user.content }] },
      ]),
      "gen_ai.output.messages": JSON.stringify([
        { role: "assistant", parts: [{ type: "text", content: "Rainy." }], finish_reason: "stop" },
      ]),
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.usage.input_tokens": 20,
      "gen_ai.usage.output_tokens": 3,
      "gen_ai.tool.definitions": '[{"type":"function","name":"get_weather"}]',
      "server.address": "api.openai.com",
      "app.tenant": "t1",
    };
    const request = otlpRequest([{ attributes }], {
      "service.name": "shop",
      "deployment.environment.name": "prod",
    });
    expect(tracesOfOtlp(request).traces).toEqual([
      {
        ...expected,
        providerRequest: { model: "gpt-4o" },
        traceId: `${traceId}-0000000000000001`,
        chainId: traceId,
        chatId: "conv_1",
        name: "chat m",
        prompt: { path: "main/weather" },
        provider: "openai",
        environment: "prod",
        outputMessage: { role: "assistant", content: "Rainy." },
        parameters: {
          temperature: 0.5,
          stop: ["END"],
          n: 1,
          tools: [{ type: "function", name: "get_weather" }],
        },
        startedAt: "2025-10-09T08:53:20.000Z",
        endedAt: "2025-10-09T08:53:20.250Z",
        latencyMs: 250,
        source: "otlp",
        metadata: { "app.tenant": "t1", service_name: "shop", instrumentation: "test-instrumentation" },
      },
    ]);
  });

  it("current conventions with structured values, tool calls and their results", () => {
    const trace = traceOf({
      "gen_ai.operation.name": "chat",
      "gen_ai.input.messages": [
        { role: "user", parts: [{ type: "text", content: user.content }] },
        {
          role: "assistant",
          parts: [{ type: "tool_call", id: "call_1", name: "get_weather", arguments: { city: "Paris" } }],
        },
        { role: "tool", parts: [{ type: "tool_call_response", id: "call_1", response: "rainy, 57°F" }] },
      ],
      "gen_ai.output.messages": [
        { role: "assistant", parts: [{ type: "tool_call", ...call }], finish_reason: "tool_call" },
      ],
    });
    expect(trace).toMatchObject({
      messages: [
        user,
        { role: "assistant", content: null, toolCalls: [call] },
        { role: "tool", content: "rainy, 57°F", toolCallId: "call_1" },
      ],
      output: null,
      toolCalls: [call],
      finishReason: "tool_call",
    });
  });

  it("current conventions in the details event", () => {
    const trace = traceOf(
      { "gen_ai.operation.name": "chat", "gen_ai.response.model": "gpt-4o-2024-08-06" },
      {
        events: [
          {
            name: "gen_ai.client.inference.operation.details",
            attributes: {
              "gen_ai.input.messages": [{ role: "user", parts: [{ type: "text", content: user.content }] }],
              "gen_ai.output.messages": [{ role: "assistant", parts: [{ type: "text", content: "Rainy." }] }],
            },
          },
        ],
      },
    );
    expect(trace).toMatchObject({ messages: [user], output: "Rainy.", model: expected.model });
  });

  it("conventions before 1.37: one event per message", () => {
    const trace = traceOf(
      {
        "gen_ai.system": "openai",
        "gen_ai.response.model": expected.model,
        "gen_ai.usage.input_tokens": 20,
        "gen_ai.usage.output_tokens": 3,
        "gen_ai.response.finish_reasons": ["stop"],
      },
      {
        events: [
          { name: "gen_ai.system.message", attributes: { content: system.content } },
          {
            name: "gen_ai.user.message",
            attributes: { "gen_ai.event.content": JSON.stringify({ content: user.content }) },
          },
          {
            name: "gen_ai.choice",
            attributes: { index: 0, finish_reason: "stop", message: '{"content":"Rainy."}' },
          },
        ],
      },
    );
    expect(trace).toMatchObject({ ...expected, provider: "openai" });
  });

  it("the first conventions: whole lists in two events", () => {
    const trace = traceOf(
      { "gen_ai.system": "openai", "gen_ai.request.model": "m", "gen_ai.usage.prompt_tokens": 20 },
      {
        events: [
          { name: "gen_ai.content.prompt", attributes: { "gen_ai.prompt": JSON.stringify([system, user]) } },
          {
            name: "gen_ai.content.completion",
            attributes: { "gen_ai.completion": '[{"role":"assistant","content":"Rainy."}]' },
          },
        ],
      },
    );
    expect(trace).toMatchObject({ messages: [system, user], output: "Rainy.", usage: { inputTokens: 20 } });
  });

  it("OpenLLMetry, in numbered attributes", () => {
    const trace = traceOf({
      "gen_ai.system": "OpenAI",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.response.model": expected.model,
      "gen_ai.prompt.0.role": "system",
      "gen_ai.prompt.0.content": system.content,
      "gen_ai.prompt.1.role": "user",
      "gen_ai.prompt.1.content": JSON.stringify([{ type: "text", text: user.content }]),
      "gen_ai.prompt.10.role": "tool",
      "gen_ai.prompt.10.content": "57",
      "gen_ai.prompt.10.tool_call_id": "call_1",
      "gen_ai.prompt.2.role": "assistant",
      "gen_ai.prompt.2.tool_calls.0.id": "call_1",
      "gen_ai.prompt.2.tool_calls.0.name": "get_weather",
      "gen_ai.prompt.2.tool_calls.0.arguments": call.arguments,
      "gen_ai.completion.0.role": "assistant",
      "gen_ai.completion.0.content": "Rainy.",
      "gen_ai.completion.0.finish_reason": "stop",
      "gen_ai.usage.input_tokens": 20,
      "gen_ai.usage.output_tokens": 3,
      "llm.request.functions.0.name": "get_weather",
      "llm.request.functions.0.parameters": '{"type":"object"}',
      "traceloop.association.properties.user_id": "u1",
      "traceloop.prompt.key": "main/weather",
      "traceloop.prompt.version": 3,
    });
    expect(trace).toMatchObject({
      ...expected,
      messages: [
        system,
        user,
        { role: "assistant", content: null, toolCalls: [call] },
        { role: "tool", content: "57", toolCallId: "call_1" },
      ],
      user: "u1",
      prompt: { path: "main/weather", version: 3 },
      parameters: {
        tools: [{ type: "function", function: { name: "get_weather", parameters: { type: "object" } } }],
      },
    });
  });

  it("OpenInference, with its template and variables", () => {
    const trace = traceOf({
      "openinference.span.kind": "LLM",
      "llm.model_name": expected.model,
      "llm.provider": "openai",
      "llm.invocation_parameters": '{"model":"gpt-4o","temperature":0}',
      "llm.input_messages.0.message.role": "system",
      "llm.input_messages.0.message.content": system.content,
      "llm.input_messages.1.message.role": "user",
      "llm.input_messages.1.message.contents.0.message_content.type": "text",
      "llm.input_messages.1.message.contents.0.message_content.text": "Weather in Paris?",
      "llm.input_messages.1.message.contents.1.message_content.type": "image",
      "llm.input_messages.1.message.contents.1.message_content.image.image.url": "https://x/y.png",
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.content": "Rainy.",
      "llm.output_messages.0.message.tool_calls.0.tool_call.id": "call_1",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "get_weather",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": call.arguments,
      "llm.token_count.prompt": 20,
      "llm.token_count.completion": 3,
      "llm.token_count.completion_details.reasoning": 1,
      "llm.prompt_template.template": "Weather in {city}?",
      "llm.prompt_template.variables": '{"city":"Paris"}',
      "llm.cost.prompt": 0.001,
      "llm.cost.completion": 0.002,
      "llm.cost.total": 0.003,
      "session.id": "s1",
      "user.id": "u1",
      metadata: '{"tenant":"t1"}',
      "input.value": '{"messages":[{"role":"user","content":"raw"}],"model":"gpt-4o"}',
      "output.value": '{"choices":[{"message":{"role":"assistant","content":"raw"},"finish_reason":"stop"}]}',
    });
    expect(trace).toMatchObject({
      messages: [
        system,
        {
          role: "user",
          content: [
            { type: "text", text: "Weather in Paris?" },
            { type: "image_url", image_url: { url: "https://x/y.png" } },
          ],
        },
      ],
      output: "Rainy.",
      toolCalls: [call],
      model: expected.model,
      parameters: { temperature: 0 },
      usage: { inputTokens: 20, outputTokens: 3, reasoningTokens: 1 },
      finishReason: "stop",
      inputs: { city: "Paris" },
      prompt: { template: "Weather in {city}?" },
      promptCostUsd: 0.001,
      costUsd: 0.003,
      chatId: "s1",
      user: "u1",
      metadata: { tenant: "t1" },
    });
  });

  it("OpenInference, for a text completion and for raw values alone", () => {
    expect(
      traceOf({
        "openinference.span.kind": "LLM",
        "llm.prompts.0.prompt.text": "Once upon",
        "llm.choices.0.completion.text": " a time",
      }),
    ).toMatchObject({ messages: [{ role: "user", content: "Once upon" }], output: " a time" });
    expect(
      traceOf({
        "openinference.span.kind": "LLM",
        "input.value": JSON.stringify({ model: "m", messages: [user], top_p: 1 }),
        "output.value": "Rainy.",
      }),
    ).toMatchObject({ messages: [user], output: "Rainy.", model: "m", parameters: { top_p: 1 } });
  });

  it("the AI SDK", () => {
    const trace = traceOf(
      {
        "ai.operationId": "ai.generateText.doGenerate",
        "ai.model.id": "gpt-4o",
        "ai.model.provider": "openai.chat",
        "ai.settings.maxOutputTokens": 100,
        "ai.settings.maxRetries": 2,
        "ai.prompt.messages": JSON.stringify([
          system,
          { role: "user", content: [{ type: "text", text: user.content }] },
          {
            role: "assistant",
            content: [
              { type: "tool-call", toolCallId: "call_1", toolName: "get_weather", input: { city: "Paris" } },
            ],
          },
          {
            role: "tool",
            content: [
              { type: "tool-result", toolCallId: "call_1", output: { type: "json", value: { f: 57 } } },
            ],
          },
        ]),
        "ai.prompt.tools": ['{"type":"function","name":"get_weather"}'],
        "ai.response.text": "Rainy.",
        "ai.response.model": expected.model,
        "ai.response.finishReason": "stop",
        "ai.usage.inputTokens": 20,
        "ai.usage.outputTokens": 3,
        "ai.telemetry.functionId": "weather-answer",
        "ai.telemetry.metadata.sessionId": "s1",
        "ai.telemetry.metadata.tenant": "t1",
      },
      { name: "ai.generateText.doGenerate" },
    );
    expect(trace).toMatchObject({
      ...expected,
      messages: [
        system,
        user,
        { role: "assistant", content: null, toolCalls: [call] },
        { role: "tool", content: '{"f":57}', toolCallId: "call_1" },
      ],
      name: "weather-answer",
      chatId: "s1",
      parameters: { max_tokens: 100, tools: [{ type: "function", name: "get_weather" }] },
      metadata: { sessionId: "s1", tenant: "t1" },
    });
    expect(trace?.parameters).not.toHaveProperty("maxRetries");
  });

  it("MLflow, with JSON text as values", () => {
    const trace = traceOf({
      "mlflow.traceRequestId": '"tr-0123"',
      "mlflow.spanType": '"CHAT_MODEL"',
      "mlflow.spanInputs": JSON.stringify({ model: "gpt-4o", messages: [system, user], temperature: 0 }),
      "mlflow.spanOutputs": JSON.stringify({
        model: expected.model,
        choices: [{ index: 0, message: { role: "assistant", content: "Rainy." }, finish_reason: "stop" }],
      }),
      "mlflow.chat.tokenUsage": '{"input_tokens":20,"output_tokens":3,"total_tokens":23}',
      "mlflow.message.format": '"openai"',
      "mlflow.trace.user": '"u1"',
    });
    expect(trace).toMatchObject({
      ...expected,
      parameters: { temperature: 0 },
      eventId: "tr-0123",
      provider: "openai",
      user: "u1",
    });
  });

  it("MLflow, for Anthropic's blocks and for the older list of messages", () => {
    expect(
      traceOf({
        "mlflow.spanType": '"CHAT_MODEL"',
        "mlflow.spanInputs": JSON.stringify({ model: "claude", messages: [user], max_tokens: 9 }),
        "mlflow.spanOutputs": JSON.stringify({
          role: "assistant",
          content: [
            { type: "text", text: "Let me look." },
            { type: "tool_use", id: "call_1", name: "get_weather", input: { city: "Paris" } },
          ],
        }),
      }),
    ).toMatchObject({ messages: [user], output: "Let me look.", toolCalls: [call], model: "claude" });
    expect(
      traceOf({
        "mlflow.spanType": '"LLM"',
        "mlflow.spanInputs": '{"x":1}',
        "mlflow.spanOutputs": '"Rainy."',
        "mlflow.chat.messages": JSON.stringify([user, { role: "assistant", content: "Rainy." }]),
      }),
    ).toMatchObject({ messages: [user], output: "Rainy." });
  });
});

describe("spans around model calls", () => {
  it("become steps with inputs; tools and wrappers are skipped and their children re-attached", () => {
    const ids = ["a", "b", "c", "d", "e"].map((letter) => letter.repeat(16));
    const [root, http, agent, frame, model] = ids;
    const { traces, spans } = tracesOfOtlp(
      otlpRequest([
        {
          spanId: root ?? "",
          name: "answer",
          attributes: {
            "mlflow.spanType": '"CHAIN"',
            "mlflow.spanInputs": '{"question":"Weather?"}',
            "mlflow.spanOutputs": '"Rainy."',
          },
        },
        {
          spanId: http ?? "",
          parentSpanId: root ?? "",
          name: "POST /answer",
          attributes: { "http.method": "POST" },
        },
        {
          spanId: agent ?? "",
          parentSpanId: http ?? "",
          name: "search",
          attributes: { "openinference.span.kind": "TOOL", "input.value": "x", "output.value": "y" },
        },
        {
          spanId: frame ?? "",
          parentSpanId: http ?? "",
          name: "ai.generateText",
          attributes: { "ai.prompt": '{"prompt":"x"}' },
        },
        {
          spanId: model ?? "",
          parentSpanId: frame ?? "",
          name: "ai.generateText.doGenerate",
          attributes: { "ai.prompt.messages": JSON.stringify([user]), "ai.response.text": "Rainy." },
        },
      ]),
    );
    expect(spans).toBe(5);
    expect(traces.map(({ name, traceId: id, parentId }) => [name, id, parentId])).toEqual([
      ["answer", `${traceId}-${root}`, undefined],
      ["ai.generateText.doGenerate", `${traceId}-${model}`, `${traceId}-${root}`],
    ]);
    expect(traces[0]).toMatchObject({ inputs: { question: "Weather?" }, output: "Rainy." });
  });

  it("of workflows keep the arguments of functions", () => {
    expect(
      traceOf({
        "traceloop.span.kind": "workflow",
        "traceloop.entity.name": "triage",
        "traceloop.entity.input": '{"inputs":{"ticket":"broken"},"tags":[]}',
        "traceloop.entity.output": '{"outputs":"urgent","kwargs":{}}',
      }),
    ).toMatchObject({ name: "triage", inputs: { ticket: "broken" }, output: "urgent" });
    expect(
      traceOf({
        "openinference.span.kind": "CHAIN",
        "input.value": '{"q":"a"}',
        "input.mime_type": "application/json",
        "output.value": "b",
      }),
    ).toMatchObject({ inputs: { q: "a" }, output: "b" });
  });

  it("keep a parent from another request", () => {
    const parent = "f".repeat(16);
    const trace = traceOf({ "gen_ai.prompt.0.content": "x" }, { parentSpanId: parent });
    expect(trace?.parentId).toBe(`${traceId}-${parent}`);
  });

  it("without a model are skipped", () => {
    expect(traceOf({ "http.method": "GET", "db.system": "sql" })).toBeUndefined();
    expect(traceOf({ "gen_ai.operation.name": "embeddings", "gen_ai.input.messages": "[]" })).toBeUndefined();
  });
});

describe("a failed call", () => {
  it("has the message of the status or the exception, or the type", () => {
    const attributes = { "gen_ai.request.model": "m", "error.type": "RateLimitError" };
    const exception = {
      name: "exception",
      attributes: { "exception.type": "E", "exception.message": "429 slow down" },
    };
    expect(traceOf(attributes, { status: { code: 2, message: "too many" } })?.error).toBe("too many");
    expect(traceOf(attributes, { status: { code: 2 }, events: [exception] })?.error).toBe("429 slow down");
    expect(traceOf(attributes, { status: { code: "STATUS_CODE_ERROR" } })?.error).toBe("RateLimitError");
    expect(traceOf({ "gen_ai.prompt.0.content": "x" }, { status: { code: 1 } })?.error).toBeUndefined();
  });
});

describe("an invalid span", () => {
  it("is reported with its place, and the others are read", () => {
    const good = { attributes: { "gen_ai.prompt.0.content": "x" } };
    const request = otlpRequest([
      good,
      { ...good, traceId: "00000000000000000000000000000000" },
      { ...good, spanId: "12" },
      good,
    ]);
    const { traces, problems } = tracesOfOtlp(request);
    expect(traces).toHaveLength(2);
    expect(problems).toEqual([
      {
        place: "resourceSpans[0].scopeSpans[0].spans[1]",
        message: "the trace id must be 16 bytes and not all zero",
      },
      {
        place: "resourceSpans[0].scopeSpans[0].spans[2]",
        message: "the span id must be 8 bytes and not all zero",
      },
    ]);
  });

  it.each([null, [], "x", {}, { resourceSpans: {} }])("%j is one problem", (json) => {
    expect(tracesOfOtlp(json)).toEqual({
      traces: [],
      problems: [{ place: "", message: "resourceSpans is missing or not a list" }],
      spans: 0,
      leftOut: [],
    });
  });

  it("accepts snake_case keys and base64 ids", () => {
    const { traces } = tracesOfOtlp({
      resource_spans: [
        {
          scope_spans: [
            {
              spans: [
                {
                  trace_id: Buffer.from(traceId, "hex").toString("base64"),
                  span_id: Buffer.from("00f067aa0ba902b7", "hex").toString("base64"),
                  name: "x",
                  start_time_unix_nano: 1_760_000_000_000_000_000,
                  attributes: [{ key: "gen_ai.prompt.0.content", value: { string_value: "hello" } }],
                },
              ],
            },
          ],
        },
      ],
    });
    expect(traces).toMatchObject([
      { traceId: `${traceId}-00f067aa0ba902b7`, messages: [{ role: "user", content: "hello" }] },
    ]);
  });

  it("cannot set a prototype or create a huge list", () => {
    const trace = traceOf({
      "gen_ai.prompt.0.__proto__.polluted": "yes",
      "gen_ai.prompt.0.content": "x",
      "gen_ai.prompt.4000000000.content": "last",
      __proto__x: 1,
    });
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
    expect(trace?.messages?.map(({ content }) => content)).toEqual(["x", "last"]);
  });
});
