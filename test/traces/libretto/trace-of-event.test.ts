import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/core/data/json.ts";
import { renderTemplate } from "../../../src/core/template/template.ts";
import { traceOfEvent } from "../../../src/traces/libretto/trace-of-event.ts";

const at = new Date("2026-01-02T03:04:05.000Z");
const read = (event: JsonObject) => traceOfEvent(event, "tr_1", at);

/** An event of the Python client for a chat with a template. */
const pythonChat: JsonObject = {
  apiName: "sport-emoji",
  apiKey: "libretto-key",
  projectKey: "project-key",
  params: {
    sport: "soccer",
    past: [
      { role: "user", content: "Hi" },
      { role: "ai", content: "Hello {sport}" },
    ],
  },
  prompt: {},
  promptTemplateChat: [
    { role: "system", content: 'Answer as {"emoji": "…"}; \\{sport\\} stays.' },
    { role: "chat_history", content: "{past}" },
    { role: "user", content: "An emoji for {sport}, not {other}" },
  ],
  promptTemplateText: null,
  promptEventId: "e1",
  modelParameters: {
    modelProvider: "openai",
    modelType: "chat",
    model: "gpt-4o",
    temperature: 0.2,
    user: "u1",
    stream: false,
  },
  response: "⚽",
  rawResponse: {
    id: "c1",
    model: "gpt-4o-2024-08-06",
    choices: [{ index: 0, message: { role: "assistant", content: "⚽" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 12, completion_tokens: 2, total_tokens: 14 },
  },
  responseTime: 1234.5,
  feedbackKey: "f1",
  chatId: "chat1",
  chainId: "chain1",
  tools: [{ type: "function", function: { name: "draw" } }],
  toolCalls: [{ id: "call_1", type: "function", function: { name: "draw", arguments: "{}" } }],
  sdkVersion: "9",
};

describe("an event of Libretto's clients", () => {
  it("of the Python client is converted field by field, without keys", () => {
    const trace = read(pythonChat);
    expect(trace).toEqual({
      traceId: "tr_1",
      eventId: "e1",
      feedbackKey: "f1",
      chatId: "chat1",
      chainId: "chain1",
      name: "sport-emoji",
      prompt: {
        path: "sport-emoji",
        template: [
          { role: "system", content: 'Answer as {"emoji": "…"}; {sport} stays.' },
          { role: "chat_history", content: "{{past}}" },
          { role: "user", content: "An emoji for {{sport}}, not {other}" },
        ],
      },
      inputs: pythonChat["params"],
      messages: [
        { role: "system", content: 'Answer as {"emoji": "…"}; {sport} stays.' },
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Hello {sport}" },
        { role: "user", content: "An emoji for soccer, not {other}" },
      ],
      output: "⚽",
      outputMessage: { role: "assistant", content: "⚽" },
      toolCalls: [{ id: "call_1", name: "draw", arguments: "{}" }],
      finishReason: "stop",
      usage: { inputTokens: 12, outputTokens: 2 },
      providerResponse: pythonChat["rawResponse"],
      model: "gpt-4o",
      provider: "openai",
      user: "u1",
      parameters: { temperature: 0.2, stream: false, tools: pythonChat["tools"] },
      startedAt: "2026-01-02T03:04:03.765Z",
      endedAt: "2026-01-02T03:04:05.000Z",
      latencyMs: 1234.5,
      source: "libretto",
      other: { libretto: { sdkVersion: "9", modelType: "chat" } },
    });
    expect(JSON.stringify(trace)).not.toMatch(/libretto-key|project-key/);
  });

  it("has a template that renders its messages", () => {
    const { prompt, inputs = {}, messages } = read(pythonChat);
    const rendered = renderTemplate(prompt?.template ?? "", "default", inputs);
    expect(rendered.map(({ content }) => content)).toEqual(messages?.map(({ content }) => content));
  });

  it("of the TypeScript client, for a text completion with metrics and context", () => {
    const trace = read({
      apiName: "greet",
      promptTemplateName: "greet",
      params: { name: "Ann" },
      prompt: {},
      promptTemplateText: "Greet {name}. Braces: {{name}}",
      modelParameters: { modelProvider: "openai", modelType: "completion", model: "davinci" },
      response: "Hello",
      responseMetrics: {
        usage: { prompt_tokens: 5, completion_tokens: 1, total_tokens: 6 },
        finish_reason: "length",
        logprobs: { tokens: ["Hello"] },
      },
      responseTime: 10,
      context: { tenant: "t1" },
    });
    expect(trace).toMatchObject({
      name: "greet",
      prompt: { template: "Greet {{name}}. Braces: {{{name}}}" },
      messages: [{ role: "user", content: "Greet Ann. Braces: {Ann}" }],
      output: "Hello",
      usage: { inputTokens: 5, outputTokens: 1 },
      finishReason: "length",
      providerResponse: { logprobs: { tokens: ["Hello"] } },
      metadata: { tenant: "t1" },
    });
    expect(renderTemplate(trace.prompt?.template ?? "", "default", { name: "Ann" })).toEqual(trace.messages);
  });

  it("of an assistant that failed", () => {
    const trace = read({
      apiName: "asst_1",
      params: { chat_history: [{ role: "user", content: "Hi" }] },
      promptTemplateChat: [
        { role: "system", content: "Be kind" },
        { role: "chat_history", content: "{chat_history}" },
      ],
      modelParameters: { modelProvider: "openai", modelType: "assistants", model: "gpt-4o" },
      responseErrors: ['{"code":"rate_limit_exceeded"}', "again"],
      responseTime: 1,
      chatId: "msg_1",
      parentEventId: "old-chain",
    });
    expect(trace).toMatchObject({
      messages: [
        { role: "system", content: "Be kind" },
        { role: "user", content: "Hi" },
      ],
      error: '{"code":"rate_limit_exceeded"}\nagain',
      chainId: "old-chain",
    });
    expect(trace).not.toHaveProperty("output");
  });

  it("without a name is named after its template, not its variables", () => {
    const event = (sport: string, template = "An emoji for {sport}"): JsonObject => ({
      apiName: null,
      params: { sport },
      promptTemplateText: template,
      modelParameters: {},
      response: "x",
    });
    const { name } = read(event("soccer"));
    expect(name).toMatch(/^an-emoji-for-sport-[0-9a-f]{8}$/);
    expect(read(event("tennis")).name).toBe(name);
    expect(read(event("tennis", "An emoji for {sport}!")).name).not.toBe(name);
  });

  it("with raw messages as its template: braces are not variables", () => {
    const trace = read({
      params: {},
      promptTemplateChat: [
        { role: "user", content: "Write {json} like {{this}}" },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "a", function: { name: "f", arguments: "{}" } }],
        },
        { role: "tool", content: "1", tool_call_id: "a" },
      ],
      modelParameters: { model: "m" },
      response: null,
    });
    expect(trace.messages).toEqual([
      { role: "user", content: "Write {json} like {{this}}" },
      { role: "assistant", content: null, toolCalls: [{ id: "a", name: "f", arguments: "{}" }] },
      { role: "tool", content: "1", toolCallId: "a" },
    ]);
    expect(trace.output).toBeNull();
    expect(trace).not.toHaveProperty("inputs");
  });

  it("with almost no members is still a trace", () => {
    expect(read({})).toEqual({
      traceId: "tr_1",
      name: expect.stringMatching(/^prompt-/),
      prompt: { path: expect.stringMatching(/^prompt-/) },
      startedAt: at.toISOString(),
      endedAt: at.toISOString(),
      source: "libretto",
    });
  });
});
