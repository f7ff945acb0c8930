import { afterEach, describe, expect, it } from "vitest";
import type { PromptCallRequest } from "../../../src/calls/prompt/prompt-call.ts";
import { apiKey, type CallWorld, openCallWorld } from "./call-world.ts";

let world: CallWorld;
afterEach(() => world.close());

const tool = { name: "get_weather", description: "weather of a city", parameters: { type: "object" } };
/** Every field of a call that does not select a version. */
const everything: PromptCallRequest = {
  inputs: { text: "fine day" },
  messages: [{ role: "user", content: "and now?" }],
  toolChoice: "required",
  logprobs: 2,
  metadata: { run: 7, nested: { aB: [1] } },
  user: "u1",
  source: "test",
  startTime: "2026-01-02T03:04:05.000Z",
  endTime: "2026-01-02T03:04:06.000Z",
  sourceDatapointId: "dp_1",
  traceParentId: "log_parent",
  logEnvironment: "staging",
  logId: "log_mine",
};

describe("a call of a stored prompt", () => {
  it("sends the deployed version's template with the inputs and returns the answer", async () => {
    world = await openCallWorld({ answer: () => ({ text: "positive", usage: { input: 12, output: 3 } }) });
    const { version } = await world.file("Classify: {{text}}", { temperature: 0.2 });
    await world.file("Later, not deployed: {{text}}");
    const response = await world.call({ inputs: { text: "fine day" } });
    expect(world.server.requests.map(({ path, body }) => ({ path, body }))).toEqual([
      {
        path: "/v1/chat/completions",
        body: {
          model: "gpt-4o-mini",
          messages: [{ role: "user", content: "Classify: fine day" }],
          temperature: 0.2,
        },
      },
    ]);
    expect(response).toMatchObject({
      ...{ index: 0, output: "positive", outputMessage: { role: "assistant", content: "positive" } },
      ...{ promptTokens: 12, outputTokens: 3, reasoningTokens: 0, finishReason: "stop", error: null },
      ...{ version: { version: 1 }, versionId: version.versionId, promptId: version.promptId },
      ...{ inputs: { text: "fine day" }, toolChoice: "none", notes: [], stdout: null, save: true },
      messages: [{ role: "user", content: "Classify: fine day" }],
    });
    expect(response.promptCostUsd).toBeCloseTo((12 * 0.15) / 1e6, 12);
    expect(response.outputCostUsd).toBeCloseTo((3 * 0.6) / 1e6, 12);
    expect(response.id).toMatch(/^log_[0-9A-Za-z]{21}$/);
    expect([response.logId, response.traceId]).toEqual([response.id, response.id]);
  });

  it("is nested in the trace of its parent, whatever lies between", async () => {
    world = await openCallWorld();
    await world.file("Hi");
    const root = await world.call();
    const child = await world.call({ traceParentId: root.id });
    const grandchild = await world.call({ traceParentId: child.id });
    expect([child.traceId, grandchild.traceId]).toEqual([root.id, root.id]);
    expect(grandchild.logId).toBe(grandchild.id);
    await expect(world.call({ traceParentId: "log_nobody" })).rejects.toThrow(
      "trace_parent_id: there is no log log_nobody",
    );
    expect(world.server.count).toBe(3);
  });

  it("accepts every field, returns it and stores it with the trace", async () => {
    const answer = { text: "", toolCalls: [{ name: "get_weather", arguments: '{"city":"Bonn"}' }] };
    world = await openCallWorld({ answer: () => answer });
    const { version } = await world.file([{ role: "system", content: "Say: {{text}}" }], {
      tools: [{ ...tool, source: "inline", strict: null }],
      maxTokens: -1,
    });
    await world.call({ inputs: { text: "x" }, logId: "log_parent" });
    const response = await world.call(everything);
    const outputMessage = {
      role: "assistant",
      content: null,
      toolCalls: [{ id: "call_0", name: "get_weather", arguments: '{"city":"Bonn"}' }],
    };
    const messages = [
      { role: "system", content: "Say: fine day" },
      { role: "user", content: "and now?" },
    ];
    const sent = {
      ...{ model: "gpt-4o-mini", messages, tool_choice: "required", logprobs: true, top_logprobs: 2 },
      tools: [{ type: "function", function: tool }],
    };
    expect(world.server.requests[1]?.body).toEqual(sent);
    const { logId, logEnvironment, logprobs: _, ...echoed } = everything;
    expect(response).toMatchObject({
      ...{ ...echoed, messages, environment: logEnvironment, id: logId, logId },
      traceId: "log_parent",
      ...{ output: null, outputMessage, finishReason: "tool_calls" },
    });
    const { model: _model, messages: _messages, ...parameters } = sent;
    expect(world.traces.slice(1)).toEqual([
      {
        traceId: "log_mine",
        parentId: "log_parent",
        name: "x",
        prompt: { path: "x", version: 1, versionId: version.versionId, template: version.template },
        inputs: everything.inputs,
        ...{ messages, output: null, outputMessage, toolCalls: outputMessage.toolCalls },
        ...{ parameters, model: "gpt-4o-mini", provider: "openai" },
        providerRequest: sent,
        providerResponse: expect.objectContaining({ object: "chat.completion" }),
        usage: { inputTokens: expect.any(Number), outputTokens: 0, reasoningTokens: 0 },
        ...{ promptCostUsd: expect.any(Number), outputCostUsd: 0, costUsd: expect.any(Number) },
        finishReason: "tool_calls",
        ...{ startedAt: everything.startTime, endedAt: everything.endTime },
        ...{ latencyMs: response.providerLatencyMs, providerLatencyMs: response.providerLatencyMs },
        ...{ environment: "staging", source: "test", user: "u1", metadata: everything.metadata },
        ...{ sourceDatapointId: "dp_1", sampleIndex: 0 },
      },
    ]);
  });

  it("sends each sample as its own request, with its own log and trace", async () => {
    world = await openCallWorld({ answer: (_, index) => `answer ${index}`, latency: { fixedMs: 100 } });
    await world.file("Hi");
    const response = await world.call({ numSamples: 3, logId: "log_first" });
    expect(world.server.count).toBe(3);
    expect(world.server.mostInFlight).toBeGreaterThan(1);
    expect(response.logs.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(response.logs.map(({ output }) => output).sort()).toEqual(["answer 0", "answer 1", "answer 2"]);
    expect(response.output).toBe(response.logs[0]?.output);
    const ids = response.logs.map(({ id }) => id);
    expect(ids[0]).toBe("log_first");
    expect(new Set(ids).size).toBe(3);
    for (const [index, id] of ids.entries()) {
      const trace = world.traces.find(({ traceId }) => traceId === id);
      expect(trace).toMatchObject({ sampleIndex: index, output: response.logs[index]?.output });
    }
    for (const numSamples of [0, 1.5, 129])
      await expect(world.call({ numSamples })).rejects.toThrow(`the number of samples is ${numSamples}`);
  });

  it("stores no payload with save: false, error texts included", async () => {
    world = await openCallWorld({
      faults: (index) =>
        index === 1
          ? { kind: "status", status: 400, body: { error: { message: "secret words are not allowed" } } }
          : undefined,
      answer: () => "secret answer",
    });
    await world.file("Say {{text}}");
    const request = { inputs: { text: "secret words" }, save: false, metadata: { kept: true } };
    expect(await world.call(request)).toMatchObject({
      output: "secret answer",
      save: false,
      inputs: request.inputs,
    });
    await expect(world.call(request)).rejects.toThrow("secret words are not allowed");
    expect(JSON.stringify(world.traces)).not.toContain("secret");
    expect(world.traces).toMatchObject([
      { saved: false, metadata: { kept: true }, usage: {}, finishReason: "stop" },
      { saved: false, error: "the call failed: bad_request (400)" },
    ]);
  });

  it("leaves inputs out of the response, not out of the log, when asked to", async () => {
    world = await openCallWorld();
    await world.file("Say {{text}}");
    expect(await world.call({ inputs: { text: "hi" }, returnInputs: false })).toMatchObject({ inputs: {} });
    expect(world.traces).toMatchObject([{ inputs: { text: "hi" } }]);
  });

  it("names every missing variable, and notes inputs that no variable takes", async () => {
    world = await openCallWorld();
    await world.file("{{a}} {{b}} {{c}}");
    await expect(world.call({ inputs: { b: "1" } })).rejects.toMatchObject({
      code: "usage_invalid",
      message: "missing variables: a, c",
    });
    expect(world.server.count).toBe(0);
    expect(world.traces).toEqual([]);
    const inputs = { a: "1", b: "2", c: "3", d: "4", e: "5" };
    const { notes } = await world.call({ inputs });
    expect(notes).toEqual(["no variable takes the inputs d, e; the prompt has a, b, c"]);
  });

  it.each([
    ["a variable is missing", { template: "{{a}}", model: { model: "m" } }, {}],
    ["the endpoint cannot be called", { template: "Hi", model: { model: "m", endpoint: "edit" } }, {}],
    ["nobody serves the provider", { template: "Hi", model: { model: "m", provider: "acme" } }, {}],
    ["no tool has that name", { template: "Hi", model: { model: "m" } }, { toolChoice: { function: {} } }],
    ["the log's id is taken", { template: "Hi", model: { model: "m" } }, { logId: "taken" }],
  ] as const)("files no version for details it refuses: %s", async (_, prompt, others) => {
    world = await openCallWorld();
    await world.call({ path: "other", prompt: { template: "Hi", model: { model: "m" } }, logId: "taken" });
    const details = prompt as NonNullable<PromptCallRequest["prompt"]>;
    await expect(world.call({ path: "new", prompt: details, ...others })).rejects.toThrow();
    expect((await world.registry.list()).map(({ path }) => path)).toEqual(["other"]);
    expect(world.server.count).toBe(1);
  });

  it("notes details that have no effect beside a version", async () => {
    world = await openCallWorld();
    await world.file("Hi");
    const { notes } = await world.call({
      versionId: "1",
      prompt: { model: { model: "m" }, template: "Bye" },
    });
    expect(notes).toEqual(["the details given were not used: the call names version 1 of x"]);
    expect(world.server.requests[0]?.body.messages).toEqual([{ role: "user", content: "Hi" }]);
  });

  it("sends only the call's messages if the prompt has no template", async () => {
    world = await openCallWorld();
    const messages = [{ role: "user", content: "hello" }];
    await world.call({ path: "bare", prompt: { model: { model: "m" } }, messages });
    expect(world.server.requests[0]?.body.messages).toEqual(messages);
    await expect(world.call({ path: "bare" })).rejects.toThrow(
      "there is nothing to send: bare has no template",
    );
  });

  it("rejects a log id that is taken", async () => {
    world = await openCallWorld();
    await world.file("Hi");
    await world.call({ logId: "log_once" });
    await expect(world.call({ logId: "log_once" })).rejects.toMatchObject({
      code: "registry_conflict",
      message: "a log with the id log_once already exists",
    });
    expect(world.server.count).toBe(1);
  });

  it("uses the call's key for that call only and stores it nowhere", async () => {
    world = await openCallWorld({}, { env: {} });
    await world.file("Hi");
    const env = { OPENAI_BASE_URL: world.server.baseUrl };
    const services = { ...world.services, env };
    const { callPrompt } = await import("../../../src/calls/prompt/call-prompt.ts");
    const call = (key: string) => callPrompt(services, { path: "x", providerApiKeys: { openai: key } });
    const response = await call(apiKey);
    expect(world.server.requests[0]?.headers.authorization).toBe(`Bearer ${apiKey}`);
    const wrong = "sk-wrong-key-0123456789";
    const error = await call(wrong).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "model_auth",
      hint: "set OPENAI_API_KEY to a valid key, or pass a key with the call",
    });
    const written = JSON.stringify([world.traces, response, String(error)]);
    expect(written).toContain("Incorrect API key provided: [secret]");
    expect(written).not.toContain(apiKey);
    expect(written).not.toContain(wrong);
  });
});

describe("a text completion", () => {
  it("goes to /completions with its text, suffix and log-probabilities, tools and unset limits left out", async () => {
    world = await openCallWorld({ answer: () => "world" });
    await world.file("Hello {{name}}", { endpoint: "complete", maxTokens: -1, tools: [tool], seed: 4 });
    const response = await world.call({ inputs: { name: "you" }, suffix: "!", logprobs: 3 });
    expect(world.server.requests.map(({ path, body }) => ({ path, body }))).toEqual([
      {
        path: "/v1/completions",
        body: { model: "gpt-4o-mini", prompt: "Hello you", seed: 4, logprobs: 3, suffix: "!" },
      },
    ]);
    expect(response).toMatchObject({ output: "world", outputMessage: null, messages: null });
    expect(world.traces).toMatchObject([{ messages: [{ role: "user", content: "Hello you" }] }]);
    expect((await world.read({ inputs: { name: "you" } })).response.output).toBe("world");
  });

  it("accepts one text and no messages; a suffix has no effect elsewhere", async () => {
    world = await openCallWorld();
    await world.file("Hello", { endpoint: "complete" });
    await expect(world.call({ messages: [{ role: "user", content: "x" }] })).rejects.toThrow(
      "does not accept messages",
    );
    await world.file([{ role: "user", content: "Hello" }], { endpoint: "complete" });
    await expect(world.call({ path: "x@2" })).rejects.toThrow(
      "endpoint: complete but its template is a list of messages",
    );
    await world.file("Hello", { endpoint: "edit" });
    await expect(world.call({ path: "x@3" })).rejects.toThrow('endpoint "edit" cannot be called');
    await world.file("Hello");
    const { notes } = await world.call({ path: "x@4", suffix: "!" });
    expect(notes).toEqual(["the suffix was not sent: it is only for prompts with endpoint: complete"]);
    expect(world.server.requests[0]?.body).not.toHaveProperty("suffix");
  });
});

describe("the choice of tools", () => {
  const cases = [
    { tools: 0, given: undefined, choice: "none", sent: undefined },
    { tools: 0, given: "auto", choice: "auto", sent: undefined },
    { tools: 1, given: undefined, choice: "auto", sent: "auto" },
    { tools: 1, given: "none", choice: "none", sent: "none" },
    ...[{ type: "function", function: { name: "get_weather" } }].map((one) => ({
      ...{ tools: 1, given: one, choice: one, sent: one },
    })),
  ];
  it.each(cases)("with $tools tools and $given given is $choice, sent as $sent", async (one) => {
    world = await openCallWorld();
    await world.file("Hi", one.tools === 0 ? {} : { tools: [tool] });
    const given = one.given === undefined ? {} : { toolChoice: one.given };
    const { toolChoice, notes } = await world.call(given);
    expect(toolChoice).toEqual(one.choice);
    expect(world.server.requests[0]?.body["tool_choice"]).toEqual(one.sent);
    expect(notes).toEqual([]);
  });

  it("of a missing or invalid tool is rejected", async () => {
    world = await openCallWorld();
    await world.file("Hi", { tools: [tool] });
    const toolChoice = { type: "function", function: { name: "get_wether" } };
    await expect(world.call({ toolChoice })).rejects.toThrow(
      'names a tool that the prompt does not have: "get_wether"; did you mean get_weather?',
    );
    await expect(world.call({ toolChoice: "always" })).rejects.toThrow('tool choice "always" is unknown');
    expect(world.server.count).toBe(0);
  });

  it.each([
    ["requires one", "required", "requires a tool, but the prompt has no tools"],
    [
      "names one",
      { type: "function", function: { name: "f" } },
      'names the tool "f", but the prompt has no tools',
    ],
  ])("that %s is refused where the prompt has none", async (_, toolChoice, message) => {
    world = await openCallWorld();
    await world.file("Hi");
    await expect(world.call({ toolChoice })).rejects.toThrow(message);
    await world.file("Hi", { toolChoice });
    await expect(world.call({ versionId: "2" })).rejects.toThrow(message);
    expect(world.server.count).toBe(0);
  });

  it("stored with the prompt applies if the call has none", async () => {
    world = await openCallWorld();
    await world.file("Hi", { tools: [tool], toolChoice: "required" });
    expect((await world.call()).toolChoice).toBe("required");
    expect((await world.call({ toolChoice: "none" })).toolChoice).toBe("none");
  });
});
