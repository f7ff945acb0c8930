import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { templateChat, templateText } from "../../src/client/openai.ts";
import { always, faultsAt, rateLimited, serverFault } from "../support/loopback-faults.ts";
import { type ClientWorld, onlyTrace, openClientWorld } from "./client-world.ts";

let world: ClientWorld | undefined;
const open = async (...given: Parameters<typeof openClientWorld>): Promise<ClientWorld> => {
  world = await openClientWorld(...given);
  return world;
};

afterEach(() => world?.close());

const model = "gpt-4o-mini";
const messages = [{ role: "user" as const, content: "Say hello" }];
const hello = () => ({ text: "Hello there.", usage: { input: 1000, output: 200 } });
const uuid = z.uuid();

async function readAll(stream: AsyncIterable<unknown>): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe("a chat", () => {
  it("becomes a trace with separate template and variables", async () => {
    const { client } = await open({ answer: hello }, { environment: "staging", chatId: "chat-1" });
    await client.chat.completions.create({
      model,
      temperature: 0.5,
      user: "u-1",
      messages: templateChat(
        [
          { role: "system", content: "You greet in {tongue}." },
          { role: "user", content: "Greet {who}" },
        ],
        { tongue: "English", who: "Bo" },
      ),
      daoOpt: { context: { plan: "pro" }, chainId: "0190a6f4-8e3c-7b2a-9c1d-123456789abc", eventId: "e-1" },
    });
    const trace = await onlyTrace(world as ClientWorld);
    expect(trace).toMatchObject({
      name: "greeting",
      prompt: {
        path: "greeting",
        template: [
          { role: "system", content: "You greet in {{tongue}}." },
          { role: "user", content: "Greet {{who}}" },
        ],
      },
      inputs: { tongue: "English", who: "Bo" },
      messages: [
        { role: "system", content: "You greet in English." },
        { role: "user", content: "Greet Bo" },
      ],
      output: "Hello there.",
      outputMessage: { role: "assistant", content: "Hello there." },
      model,
      provider: "openai",
      parameters: { temperature: 0.5 },
      user: "u-1",
      usage: { inputTokens: 1000, outputTokens: 200, reasoningTokens: 0 },
      finishReason: "stop",
      environment: "staging",
      chatId: "chat-1",
      chainId: "0190a6f4-8e3c-7b2a-9c1d-123456789abc",
      eventId: "e-1",
      metadata: { plan: "pro" },
      source: "dao-opt/openai",
      providerResponse: { id: "chatcmpl-0", system_fingerprint: "fp_loopback" },
    });
    expect(trace.promptCostUsd).toBeCloseTo(0.00015, 12);
    expect(trace.outputCostUsd).toBeCloseTo(0.00012, 12);
    expect(trace.costUsd).toBeCloseTo(0.00027, 12);
    expect(trace.traceId).toMatch(/^tr_[0-9a-f]{32}$/);
    expect(trace.latencyMs).toBeGreaterThanOrEqual(trace.providerLatencyMs ?? Number.NaN);
    expect(Date.parse(trace.endedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(trace.startedAt));
    expect(trace).not.toHaveProperty("error");
  });

  it("sends none of its own parameters", async () => {
    const { client, server } = await open({ answer: hello });
    await client.chat.completions.create({
      model,
      messages,
      daoOpt: { promptName: "a", templateParams: { x: "hidden" } },
      libretto: { chatId: "hidden", context: { y: "hidden" } },
    });
    await client.embeddings.create({ model, input: "x", daoOpt: { promptName: "hidden" } } as never);
    expect(server.requests[0]?.body).toEqual({ model, messages });
    expect(JSON.stringify(server.requests)).not.toContain("hidden");
  });

  it("records a template for finished messages without filling it", async () => {
    const { client, server } = await open({ answer: hello });
    await client.chat.completions.create({
      model,
      messages: [{ role: "user", content: "An emoji for soccer" }],
      libretto: {
        promptTemplateName: "sport-emoji",
        templateParams: { sport: "soccer" },
        templateChat: [{ role: "user", content: "An emoji for {sport}" }],
      },
    });
    expect(await onlyTrace(world as ClientWorld)).toMatchObject({
      name: "sport-emoji",
      prompt: { path: "sport-emoji", template: [{ role: "user", content: "An emoji for {{sport}}" }] },
      inputs: { sport: "soccer" },
      messages: [{ role: "user", content: "An emoji for soccer" }],
    });
    expect(server.requests[0]?.body.messages).toEqual([{ role: "user", content: "An emoji for soccer" }]);
  });

  it("is recorded as it was sent, whatever the application does with its messages afterwards", async () => {
    const { client } = await open({ answer: hello });
    const conversation: { role: "user" | "assistant"; content: string }[] = [
      { role: "user", content: "One" },
    ];
    const promise = client.chat.completions.create({ model, messages: conversation });
    const completion = await promise;
    conversation.push({ role: "assistant", content: "changed" });
    const [choice] = completion.choices;
    if (choice !== undefined) choice.message.content = "changed";
    const trace = await onlyTrace(world as ClientWorld);
    expect(trace.messages).toEqual([{ role: "user", content: "One" }]);
    expect(trace.output).toBe("Hello there.");
    expect(JSON.stringify(trace)).not.toContain("changed");
  });

  it("keeps tool calls, and the tools in its parameters", async () => {
    const tool = { type: "function" as const, function: { name: "look", parameters: { type: "object" } } };
    const { client } = await open({
      answer: () => ({ text: "", toolCalls: [{ name: "look", arguments: '{"at":"sky"}' }] }),
    });
    await client.chat.completions.create({ model, messages, tools: [tool] });
    expect(await onlyTrace(world as ClientWorld)).toMatchObject({
      output: null,
      toolCalls: [{ id: "call_0", name: "look", arguments: '{"at":"sky"}' }],
      finishReason: "tool_calls",
      parameters: { tools: [tool] },
    });
  });

  it("throws for a missing variable before anything is sent, as a promise of the SDK", async () => {
    const { client, server } = await open({ answer: hello });
    const deferred = templateChat([{ role: "user", content: "Hi {name}" }]);
    const call = client.chat.completions.create({ model, messages: deferred });
    await expect(call.withResponse()).rejects.toThrow("missing variable: name");
    await expect(call).rejects.toThrow("missing variable: name");
    expect(server.requests).toEqual([]);
    expect(await world?.traces()).toEqual([]);
    await client.chat.completions.create({
      model,
      messages: deferred,
      daoOpt: { templateParams: { name: "Bo" } },
    });
    expect(server.requests[0]?.body.messages).toEqual([{ role: "user", content: "Hi Bo" }]);
  });
});

describe("a stream", () => {
  const ask = { model, messages, stream: true, stream_options: { include_usage: true } } as const;

  it("is recorded at its end as one answer", async () => {
    const { client, store } = await open({ answer: hello });
    const stream = await client.chat.completions.create(ask);
    await client.flush();
    expect(store.kept).toEqual([]);
    const chunks = await readAll(stream);
    expect(chunks.length).toBeGreaterThan(3);
    expect(await onlyTrace(world as ClientWorld)).toMatchObject({
      output: "Hello there.",
      finishReason: "stop",
      usage: { inputTokens: 1000, outputTokens: 200 },
      providerResponse: {
        object: "chat.completion",
        choices: [{ index: 0, message: { content: "Hello there." } }],
      },
    });
  });

  it("is recorded as far as it was read when the application leaves early", async () => {
    const { client } = await open({ answer: hello });
    for await (const chunk of await client.chat.completions.create(ask)) {
      if (chunk.choices[0]?.delta.content === "Hello ") break;
    }
    const trace = await onlyTrace(world as ClientWorld);
    expect(trace.output).toBe("Hello ");
    expect(trace).not.toHaveProperty("finishReason");
    expect(trace.error).toBe("the caller went away before the answer was complete");
  });

  it("records the requested model when another one answers", async () => {
    const { client } = await open({ answer: () => ({ text: "Hello", model: "deployment-7" }) });
    await readAll(await client.chat.completions.create(ask));
    expect(await onlyTrace(world as ClientWorld)).toMatchObject({
      model: "deployment-7",
      providerRequest: { model },
    });
  });

  it("is complete for an application that leaves after the whole answer", async () => {
    const { client } = await open({ answer: hello });
    const usage = { stream_options: { include_usage: true } };
    for await (const chunk of await client.chat.completions.create({ ...ask, ...usage })) {
      if (chunk.choices[0]?.finish_reason === "stop") break;
    }
    const trace = await onlyTrace(world as ClientWorld);
    expect(trace).toMatchObject({ output: "Hello there.", finishReason: "stop" });
    expect(trace).not.toHaveProperty("error");
  });

  it("keeps what came before an error, with the error", async () => {
    const { client } = await open({
      answer: hello,
      faults: always({ kind: "stream-error", events: 2, error: { message: "Overloaded" } }),
    });
    await expect(client.chat.completions.create(ask).then(readAll)).rejects.toThrow("Overloaded");
    expect(await onlyTrace(world as ClientWorld)).toMatchObject({ output: "Hello ", error: "Overloaded" });
  });

  it("is recorded as aborted", async () => {
    const { client } = await open({ answer: hello, faults: always({ kind: "stall", events: 2 }) });
    const stream = await client.chat.completions.create(ask);
    for await (const chunk of stream)
      if (chunk.choices[0]?.delta.content === "Hello ") stream.controller.abort();
    expect(await onlyTrace(world as ClientWorld)).toMatchObject({
      output: "Hello ",
      error: "Request was aborted.",
    });
  });

  it("assembles tool calls", async () => {
    const { client } = await open({
      answer: () => ({
        text: "",
        toolCalls: [
          { name: "look", arguments: '{"at":"sky"}' },
          { name: "wait", arguments: "{}" },
        ],
      }),
    });
    await readAll(await client.chat.completions.create(ask));
    expect((await onlyTrace(world as ClientWorld)).toolCalls).toEqual([
      { id: "call_0", name: "look", arguments: '{"at":"sky"}' },
      { id: "call_1", name: "wait", arguments: "{}" },
    ]);
  });

  it("waits for its event at the end when configured, and never before", async () => {
    const { client, store } = await open({ answer: hello }, { waitForEvent: true });
    const stream = await client.chat.completions.create(ask);
    expect(store.kept).toEqual([]);
    await readAll(stream);
    expect(store.kept).toHaveLength(1);
    const left = await client.chat.completions.create(ask);
    for await (const _ of left) break;
    expect(store.kept).toHaveLength(2);
    await client.chat.completions.create({ model, messages });
    expect(store.kept).toHaveLength(3);
  });
});

describe("other endpoints", () => {
  it("records completions, with a text template", async () => {
    const { client, server } = await open({ answer: hello });
    await client.completions.create({
      model,
      prompt: templateText("Greet {who}", { who: "Bo" }),
      max_tokens: 5,
    });
    expect(server.requests[0]?.body).toEqual({ model, prompt: "Greet Bo", max_tokens: 5 });
    expect(await onlyTrace(world as ClientWorld)).toMatchObject({
      prompt: { path: "greeting", template: "Greet {{who}}" },
      inputs: { who: "Bo" },
      messages: [{ role: "user", content: "Greet Bo" }],
      output: "Hello there.",
      parameters: { max_tokens: 5 },
    });
  });

  it("records streamed completions", async () => {
    const { client } = await open({ answer: hello });
    await readAll(await client.completions.create({ model, prompt: "Greet", stream: true }));
    expect(await onlyTrace(world as ClientWorld)).toMatchObject({
      output: "Hello there.",
      finishReason: "stop",
      providerResponse: { object: "text_completion" },
    });
  });

  it("records responses", async () => {
    const { client } = await open({ answer: hello });
    await client.responses.create({
      model,
      instructions: templateText("You greet in {tongue}.", { tongue: "English" }),
      input: templateChat([{ role: "user", content: "Greet {who}" }], { who: "Bo" }),
      temperature: 0.1,
    });
    expect(await onlyTrace(world as ClientWorld)).toMatchObject({
      prompt: {
        template: [
          { role: "system", content: "You greet in {{tongue}}." },
          { role: "user", content: "Greet {{who}}" },
        ],
      },
      inputs: { tongue: "English", who: "Bo" },
      messages: [
        { role: "system", content: "You greet in English." },
        { role: "user", content: "Greet Bo" },
      ],
      output: "Hello there.",
      usage: { inputTokens: 1000, outputTokens: 200, reasoningTokens: 0 },
      finishReason: "completed",
      parameters: { temperature: 0.1 },
    });
  });

  it("records streamed responses, whole and left early", async () => {
    const { client } = await open({ answer: hello });
    await readAll(await client.responses.create({ model, input: "Greet", stream: true }));
    for await (const event of await client.responses.create({ model, input: "Greet", stream: true })) {
      if (event.type === "response.output_text.delta") break;
    }
    for await (const event of await client.responses.create({ model, input: "Greet", stream: true })) {
      if (event.type === "response.completed") break;
    }
    const traces = await (world as ClientWorld).traces();
    expect(traces[1]).not.toHaveProperty("finishReason");
    expect(traces).toMatchObject([
      { output: "Hello there.", finishReason: "completed", usage: { outputTokens: 200 } },
      { output: "Hello ", error: "the caller went away before the answer was complete" },
      { output: "Hello there.", finishReason: "completed" },
    ]);
    expect(traces[2]).not.toHaveProperty("error");
  });

  it("records the calls of a tool loop under one template", async () => {
    const { client } = await open({
      answer: ({ messages: asked = [] }) =>
        asked.some(({ role }) => role === "tool")
          ? { text: "Blue." }
          : { text: "", toolCalls: [{ name: "look", arguments: '{"at":"sky"}' }] },
    });
    const runner = client.chat.completions.runTools({
      model,
      messages: templateChat([{ role: "user", content: "Colour of {thing}?" }], { thing: "sky" }),
      tools: [
        {
          type: "function",
          function: { name: "look", description: "", parameters: {}, function: () => "blue" },
        },
      ],
      daoOpt: { chainId: "5b3f1c6e-3b1a-4d43-9a3e-111111111111" },
    });
    expect(await runner.finalContent()).toBe("Blue.");
    const traces = await (world as ClientWorld).traces();
    expect(traces).toHaveLength(2);
    for (const trace of traces) {
      expect(trace.prompt?.template).toEqual([{ role: "user", content: "Colour of {{thing}}?" }]);
      expect(trace.inputs).toEqual({ thing: "sky" });
      expect(trace.chainId).toBe("5b3f1c6e-3b1a-4d43-9a3e-111111111111");
    }
    expect(traces[1]?.messages?.map(({ role }) => role)).toEqual(["user", "assistant", "tool"]);
  });
});

describe("errors of the API", () => {
  it("become traces, and reach the application unchanged", async () => {
    const { client } = await open({ faults: always(serverFault(500)) });
    const call = client.chat.completions.create({ model, messages });
    await expect(call).rejects.toMatchObject({ status: 500 });
    const trace = await onlyTrace(world as ClientWorld);
    expect(trace).toMatchObject({ name: "greeting", model, error: expect.stringContaining("500") });
    expect(trace.messages).toEqual(messages);
    expect(trace).not.toHaveProperty("output");
  });

  it("count as one call with its attempts", async () => {
    const { client } = await open({
      answer: hello,
      faults: faultsAt({ 0: rateLimited(0), 1: serverFault(503) }),
    });
    await client.chat.completions.create({ model, messages }, { maxRetries: 3 });
    expect(await onlyTrace(world as ClientWorld)).toMatchObject({
      output: "Hello there.",
      metadata: { attempts: 3 },
    });
  });
});

describe("names", () => {
  it("fall back from the call to the client; calls without one are not recorded", async () => {
    const { client } = await open({ answer: hello }, { promptName: undefined });
    const unnamed = await client.chat.completions.create({ model, messages });
    expect(unnamed.daoOpt).toBeUndefined();
    expect(Object.keys(unnamed)).not.toContain("libretto");
    await client.chat.completions.create({ model, messages, daoOpt: { promptName: "mine" } });
    await client.chat.completions.create({ model, messages, libretto: { promptTemplateName: "theirs" } });
    await client.chat.completions.create({
      model,
      messages,
      libretto: { prompt_template_name: "pythons" } as object,
    });
    expect((await world?.traces())?.map(({ name }) => name)).toEqual(["mine", "theirs", "pythons"]);
  });

  it("are derived from the template if unnamed prompts are allowed: one for all its calls", async () => {
    const { client } = await open({ answer: hello }, { promptName: undefined, allowUnnamedPrompts: true });
    for (const sport of ["soccer", "chess"]) {
      await client.chat.completions.create({
        model,
        messages: templateChat([{ role: "user", content: "Show me an emoji for {sport}, please" }], {
          sport,
        }),
      });
      await client.chat.completions.create({
        model,
        messages: [
          { role: "system", content: "You know sports." },
          { role: "user", content: sport },
        ],
      });
    }
    const names = (await world?.traces())?.map(({ name }) => name) ?? [];
    expect(names[0]).toMatch(/^show-me-an-emoji-for-[0-9a-f]{8}$/);
    expect(names[1]).toMatch(/^you-know-sports-[0-9a-f]{8}$/);
    expect(names.slice(2)).toEqual(names.slice(0, 2));
  });

  it("contain nothing that redaction removes from the template, and are equal for equal templates", async () => {
    const allowed = { promptName: undefined, allowUnnamedPrompts: true, redactPii: true };
    const { client } = await open({ answer: hello }, allowed);
    const ask = (content: string) =>
      client.chat.completions.create({ model, messages: [{ role: "user", content }] });
    await ask("Email jane.doe@example.com or call us");
    await ask("Email jane.doe@example.com or call us");
    await ask("Email nobody, please");
    const traces = (await world?.traces()) ?? [];
    expect(traces[0]?.name).toMatch(/^email-email-or-call-us-[0-9a-f]{8}$/);
    expect(traces[0]?.prompt?.path).toBe(traces[0]?.name);
    expect(traces[1]?.name).toBe(traces[0]?.name);
    expect(traces[2]?.name).toMatch(/^email-nobody-please-[0-9a-f]{8}$/);
    expect(JSON.stringify(traces)).not.toMatch(/jane|doe/);
  });

  it("contain no part of the client's key", async () => {
    const { client } = await open({ answer: hello }, { promptName: undefined, allowUnnamedPrompts: true });
    const content = `${client.apiKey} is my key`;
    await client.chat.completions.create({ model, messages: [{ role: "user", content }] });
    const [trace] = (await world?.traces()) ?? [];
    expect(trace?.name).toMatch(/^secret-is-my-key-[0-9a-f]{8}$/);
    expect(JSON.stringify(trace)).not.toContain("0123456789abcdef");
  });
});

describe("ids", () => {
  it("default to UUIDs, and the chain to the parent", async () => {
    const { client } = await open({ answer: hello });
    await client.chat.completions.create({ model, messages, libretto: { parentEventId: "parent-1" } });
    const trace = await onlyTrace(world as ClientWorld);
    expect(uuid.safeParse(trace.eventId).success).toBe(true);
    expect(uuid.safeParse(trace.feedbackKey).success).toBe(true);
    expect(trace).toMatchObject({ parentId: "parent-1", chainId: "parent-1" });
  });
});
