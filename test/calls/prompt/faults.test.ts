import { afterAll, describe, expect, it } from "vitest";
import { always, type Fault, faultsAt, rateLimited } from "../../support/loopback-faults.ts";
import { apiKey, type CallWorld, openCallWorld } from "./call-world.ts";

const worlds: CallWorld[] = [];
afterAll(() => Promise.all(worlds.map((world) => world.close())));

async function open(...given: Parameters<typeof openCallWorld>): Promise<CallWorld> {
  const world = await openCallWorld(...given);
  worlds.push(world);
  return world;
}

const soon = { "retry-after-ms": "1" };
const status = (code: number, error: object = { message: "no" }): Fault => ({
  ...{ kind: "status", status: code, headers: soon },
  body: { error },
});
const modes = [
  ["whole", (given: CallWorld) => given.call()],
  ["streamed", (given: CallWorld) => given.read().then(({ response }) => response)],
] as const;

// Concurrent: most of their time is spent waiting for retries.
describe.concurrent.each(modes)("a %s call", (_, call) => {
  it.each([
    ["429", { ...rateLimited(), headers: soon } as Fault],
    ["500", status(500)],
    ["503", status(503)],
    ["408", status(408)],
    ["409", status(409)],
    ["a dropped socket", { kind: "drop" } as Fault],
  ])("after %s is retried at most twice", async (_name, fault) => {
    const world = await open({ faults: faultsAt({ 0: fault, 1: fault }) });
    await world.file("Hi");
    expect(await call(world)).toMatchObject({ output: "ok", error: null });
    expect(world.server.count).toBe(3);
    expect(world.traces).toHaveLength(1);
    expect(world.traces[0]).not.toHaveProperty("error");
  });

  it.each([
    ["429", { ...rateLimited(), headers: soon } as Fault, { code: "model_failed", kind: "rate_limit" }, 3],
    ["500", status(500), { code: "model_failed", kind: "server" }, 3],
    ["a dropped socket", { kind: "drop" } as Fault, { code: "model_failed", kind: "connection" }, 3],
    ["400", status(400), { code: "model_failed", kind: "bad_request" }, 1],
    ["401", status(401), { code: "model_auth", kind: "auth" }, 1],
    ["404", status(404), { code: "model_auth", kind: "model_not_found" }, 1],
    ["402", status(402), { code: "model_auth", kind: "quota" }, 1],
    [
      "a filtered prompt",
      status(400, { code: "content_filter", message: "filtered" }),
      { code: "model_failed", kind: "content_filter" },
      1,
    ],
  ])("that always gets %s fails with its reason, and is logged", async (_name, fault, error, count) => {
    const world = await open({ faults: always(fault) });
    await world.file("Hi");
    const failure = await call(world).catch((reason: unknown) => reason);
    expect(failure).toMatchObject(error);
    expect((failure as Error).message).toContain("gpt-4o-mini at http://127.0.0.1");
    expect(world.server.count).toBe(count);
    expect(world.traces).toMatchObject([
      {
        ...{ output: null, error: (failure as Error).message },
        prompt: { path: "x", version: 1 },
        ...{ providerRequest: { model: "gpt-4o-mini" }, costUsd: null, latencyMs: expect.any(Number) },
      },
    ]);
    expect(world.traces[0]).not.toHaveProperty("usage");
  });

  it.each([
    ["an error object", { error: { message: "upstream is overloaded", code: 502 } }],
    [
      "a choice that is an error",
      {
        choices: [
          { index: 0, error: { message: "upstream is overloaded", code: 502 }, finish_reason: "error" },
        ],
      },
    ],
  ])("answered 200 with %s is retried, and fails with its reason", async (_name, body) => {
    const fault: Fault = { kind: "status", status: 200, headers: {}, body };
    const world = await open({ faults: always(fault) });
    await world.file("Hi");
    await expect(world.call()).rejects.toMatchObject({
      kind: "server",
      message: expect.stringContaining("returned an error 502: upstream is overloaded"),
    });
    expect(world.server.count).toBe(3);
    expect(world.traces).toMatchObject([{ output: null, error: expect.stringContaining("upstream") }]);
  });

  it("waits for a rate limit as long as the provider asks, up to 20 s in all", async () => {
    const world = await open({ faults: faultsAt({ 0: rateLimited(1), 1: rateLimited(20) }) });
    await world.file("Hi");
    const startedAt = performance.now();
    const failure = await call(world).catch((reason: unknown) => reason);
    expect(performance.now() - startedAt).toBeGreaterThan(950);
    expect(failure).toMatchObject({
      ...{ kind: "rate_limit", status: 429, retryAfterMs: 20_000 },
      hint: "the provider asks for a wait of 20 s",
    });
    expect(world.server.count).toBe(2);
  });

  it("does not wait for a distant reset or for an exhausted quota", async () => {
    const quota = { ...status(429, { message: "no credit", code: "insufficient_quota" }) };
    const world = await open({ faults: faultsAt({ 0: rateLimited(3600), 1: quota }) });
    await world.file("Hi");
    await expect(call(world)).rejects.toMatchObject({ kind: "rate_limit", retryAfterMs: 3_600_000 });
    await expect(call(world)).rejects.toMatchObject({ kind: "quota", status: 429 });
    expect(world.server.count).toBe(2);
  });

  it("shows no key that the provider quotes", async () => {
    const quoting = { message: `Incorrect API key provided: ${apiKey}`, code: 401 };
    const whole: Fault = { kind: "status", status: 200, headers: {}, body: { error: quoting } };
    const world = await open({ faults: faultsAt({ 0: whole, 1: status(401, quoting) }) });
    await world.file("Hi");
    for (const _ of [0, 1]) {
      const failure = await world.call().catch((reason: unknown) => reason);
      expect(failure).toMatchObject({ kind: "auth" });
      expect((failure as Error).message).not.toContain(apiKey);
    }
    expect(JSON.stringify(world.traces)).not.toContain(apiKey);
  });

  it("with an invalid address names the variable to correct", async () => {
    const world = await open({}, { env: { OPENAI_BASE_URL: "//nowhere", OPENAI_API_KEY: "k" } });
    await world.file("Hi");
    const failure = await call(world).catch((reason: unknown) => reason);
    expect(failure).toMatchObject({ hint: "set OPENAI_BASE_URL to the address of the endpoint" });
  });
});

describe.concurrent("a whole call", () => {
  it.each([
    ["no choices", { kind: "empty-choices" } as Fault, "no choice in the answer"],
    ["a login page", { kind: "wrong-content-type" } as Fault, "returned no chat completion"],
    ["half a body", { kind: "premature-close" } as Fault, "failed"],
    ["half a JSON", { kind: "cut-json" } as Fault, "truncated or invalid JSON"],
  ])("answered with %s is an error with a trace", async (_, fault, message) => {
    const world = await open({ faults: always(fault) });
    await world.file("Hi");
    await expect(world.call()).rejects.toThrow(message);
    expect(world.traces).toMatchObject([{ error: expect.stringContaining(message) }]);
  });

  it("that was truncated or filtered is an answer, with its finish reason", async () => {
    const world = await open({
      answer: () => "one two",
      faults: faultsAt({ 0: { kind: "length" }, 1: { kind: "content-filter" } }),
    });
    await world.file("Hi");
    expect(await world.call()).toMatchObject({ output: "one ", finishReason: "length", error: null });
    expect(await world.call()).toMatchObject({ output: null, finishReason: "content_filter", error: null });
    expect(world.server.count).toBe(2);
  });

  it("with a failing sample returns the others, and the failure in the logs", async () => {
    const world = await open({ faults: faultsAt({ 1: status(400) }) });
    await world.file("Hi");
    const { logs } = await world.call({ numSamples: 3 });
    expect(logs.map(({ error }) => error === null).sort()).toEqual([false, true, true]);
    expect(world.traces.filter(({ error }) => error !== undefined)).toHaveLength(1);
  });

  it("with too long a silence ends with a time-out", async () => {
    const world = await open({
      faults: faultsAt({ 0: { kind: "hang" }, 1: { kind: "stall", events: 2 } }),
    });
    await world.file("Hi");
    const { openModel } = world.services;
    const impatient = (await import("../../../src/calls/prompt/call-services.ts")).createCallServices({
      ...world.services,
      openModel: (spec, secrets) => openModel({ ...spec, timeoutMs: 500 }, secrets),
    });
    const { callPrompt } = await import("../../../src/calls/prompt/call-prompt.ts");
    const { streamPrompt } = await import("../../../src/calls/prompt/sample/stream-prompt.ts");
    await expect(callPrompt(impatient, { path: "x" })).rejects.toMatchObject({ kind: "timeout" });
    const stream = await streamPrompt(impatient, { path: "x" });
    for await (const _ of stream);
    await expect(stream.response).rejects.toMatchObject({ kind: "timeout" });
    expect(world.traces).toMatchObject([{ output: null }, { output: "ok" }]);
  });

  it("is answered even if the trace store is broken", async () => {
    const { openTraceStore } = await import("../../../src/traces/open-trace-store.ts");
    const traces = openTraceStore({ folder: "/dev/null/traces" });
    const world = await open({}, { traces });
    await world.file("Hi");
    expect((await world.call()).output).toBe("ok");
    expect(await traces.close()).toMatchObject({ count: 1, reason: expect.any(String) });
  });
});
