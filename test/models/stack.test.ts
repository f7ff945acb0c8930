import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { AnswerStore } from "../../src/contracts/answer-store.ts";
import type { ModelSpec } from "../../src/contracts/model-spec.ts";
import { buildModel } from "../../src/models/stack.ts";
import { createStackServices, type StackServices } from "../../src/models/stack-services.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import {
  always,
  type Fault,
  faultRate,
  faultsAt,
  rateLimited,
  serverFault,
} from "../support/loopback-faults.ts";
import { startLoopbackOpenAI } from "../support/loopback-openai.ts";
import { createMemoryAnswers } from "../support/memory-answers.ts";
import { modelCatalog, modelSpec, noSecrets, secretsOf } from "../support/model-specs.ts";
import { hello, modelErrorOf } from "../support/scripted-model.ts";
import { startOpenAI } from "../support/started-openai.ts";

interface Setting {
  readonly spec?: Partial<ModelSpec>;
  readonly answers?: AnswerStore;
  readonly models?: StackServices["models"];
  readonly concurrency?: number;
}

async function stack({ spec = {}, models = {}, concurrency = 8, answers }: Setting) {
  const clock = createFakeClock();
  const services = createStackServices({
    concurrency,
    catalog: modelCatalog,
    models,
    clock,
    random: () => 1,
    ...(answers === undefined ? {} : { answers }),
  });
  return { clock, model: await buildModel(modelSpec(spec), noSecrets, services) };
}

const passing: readonly (readonly [string, Fault])[] = [
  ["429", rateLimited()],
  ["429 with Retry-After", rateLimited(2)],
  ["408", { kind: "status", status: 408 }],
  ["409", { kind: "status", status: 409 }],
  ["500", serverFault(500)],
  ["502, in HTML", { kind: "status", status: 502, body: "<html>Bad Gateway</html>" }],
  ["503", serverFault(503)],
  ["a timeout", { kind: "hang" }],
  ["a body that does not end in time", { kind: "slow-body", delayMs: 60_000 }],
  ["a dropped socket", { kind: "drop" }],
  ["a body that breaks off", { kind: "premature-close" }],
  ["malformed JSON", { kind: "cut-json" }],
  ["a page instead of JSON", { kind: "wrong-content-type" }],
  ["empty choices", { kind: "empty-choices" }],
];

/** Short only for faults without a response: elsewhere a busy machine must not trigger it. */
function timeoutFor({ kind }: Fault): number {
  return kind === "hang" || kind === "slow-body" ? 250 : 10_000;
}

// The client is loaded on first use, which must not count in these times.
beforeAll(async () => {
  const server = await startLoopbackOpenAI();
  await (await stack({ spec: { baseUrl: server.baseUrl } })).model.complete(hello);
  await server.close();
});

describe("a temporary fault", () => {
  it.each(passing)("%s: asked again, and answered", async (_, fault) => {
    const server = await startOpenAI({ faults: faultsAt({ 0: fault }) });
    const { model, clock } = await stack({ spec: { baseUrl: server.baseUrl, timeoutMs: timeoutFor(fault) } });
    expect((await model.complete(hello)).text).toBe("ok");
    expect(server.count).toBe(2);
    expect(clock.sleeps).toHaveLength(1);
  });
});

describe("a permanent fault", () => {
  it("429: waited for as long as the patience lasts, then the end of the run", async () => {
    const server = await startOpenAI({ faults: always(rateLimited(20)) });
    const { model, clock } = await stack({
      spec: { baseUrl: server.baseUrl, rateLimitPatienceMs: 60_000 },
    });
    const error = await modelErrorOf(model.complete(hello));
    expect(error).toMatchObject({ kind: "rate_limit_exceeded", isFatal: true, code: "model_rate_limit" });
    expect(error.message).toContain("is still rate limited after 44 s");
    // 22 s each: the requested wait plus a tenth.
    expect(clock.sleeps).toEqual([22_000, 22_000]);
    expect(server.count).toBe(3);
  });

  it.each(passing.filter(([name]) => !name.startsWith("429")))(
    "%s: six attempts, then an error of this call alone",
    async (_, fault) => {
      const server = await startOpenAI({ faults: (index) => (index === 0 ? undefined : fault) });
      const { model } = await stack({ spec: { baseUrl: server.baseUrl, timeoutMs: timeoutFor(fault) } });
      await model.complete(hello);
      const error = await modelErrorOf(model.complete(hello));
      expect(server.count).toBe(7);
      expect(error.message).toMatch(/ \(6 attempts\)$/);
      expect(error.isFatal).toBe(false);
    },
  );

  it("a timeout names the time and where to change it", async () => {
    const server = await startOpenAI({ faults: always({ kind: "hang" }) });
    const { model } = await stack({ spec: { baseUrl: server.baseUrl, timeoutMs: 20, retries: 0 } });
    expect(await modelErrorOf(model.complete(hello))).toMatchObject({
      kind: "timeout",
      message: "gpt-4o-mini did not answer within 0.02 s",
      hint: "increase timeout_seconds of resources.llms.target",
    });
  });
});

describe("a malformed answer", () => {
  it.each([
    ["cut_off", { kind: "length" }],
    ["filtered", { kind: "content-filter" }],
  ] as const)("%s: given back as what it is, and not asked for again", async (kind, fault) => {
    const server = await startOpenAI({ faults: always(fault) });
    const { model } = await stack({ spec: { baseUrl: server.baseUrl } });
    expect(await model.complete(hello)).toMatchObject({ kind });
    expect(server.count).toBe(1);
  });
});

describe("a broken setup", () => {
  it.each([
    [401, "auth", "model_auth"],
    [403, "auth", "model_auth"],
    [404, "model_not_found", "model_auth"],
  ])("status %i ends the run at once", async (status, kind, code) => {
    const server = await startOpenAI({
      faults: always({ kind: "status", status, body: { error: { message: "No." } } }),
    });
    const { model } = await stack({ spec: { baseUrl: server.baseUrl } });
    expect(await modelErrorOf(model.complete(hello))).toMatchObject({ kind, code, isFatal: true });
    expect(server.count).toBe(1);
  });

  it("an endpoint that refuses connections is unreachable at once", async () => {
    const gone = await startLoopbackOpenAI();
    await gone.close();
    const { model, clock } = await stack({ spec: { baseUrl: gone.baseUrl } });
    const error = await modelErrorOf(model.complete(hello));
    expect(error).toMatchObject({ kind: "unreachable", code: "model_unreachable", isFatal: true });
    expect(clock.sleeps).toEqual([]);
  });

  it("an endpoint that drops every connection is unreachable after all attempts", async () => {
    const server = await startOpenAI({ faults: always({ kind: "drop" }) });
    const { model, clock } = await stack({ spec: { baseUrl: server.baseUrl } });
    const error = await modelErrorOf(model.complete(hello));
    expect(error).toMatchObject({ kind: "unreachable", code: "model_unreachable", isFatal: true });
    expect(clock.sleeps).toHaveLength(5);
  });

  it("an endpoint that answered before has only lost a connection", async () => {
    const server = await startOpenAI();
    const { model } = await stack({ spec: { baseUrl: server.baseUrl } });
    await model.complete(hello);
    await server.close();
    expect(await modelErrorOf(model.complete(hello))).toMatchObject({ kind: "connection", isFatal: false });
  });
});

describe("Retry-After", () => {
  it("is kept, and jittered upwards", async () => {
    const server = await startOpenAI({ faults: faultsAt({ 0: rateLimited(3) }) });
    const { model, clock } = await stack({ spec: { baseUrl: server.baseUrl } });
    await model.complete(hello);
    expect(clock.sleeps).toEqual([3300]);
  });
});

describe("many calls", () => {
  it("are all answered through one fault in five", async () => {
    const faults = faultRate(
      0.2,
      [rateLimited(1), serverFault(503), { kind: "drop" }, { kind: "cut-json" }],
      7,
    );
    const server = await startOpenAI({ faults, answer: ({ messages }) => `re: ${messages?.[0]?.content}` });
    const { model } = await stack({ spec: { baseUrl: server.baseUrl } });
    const texts = Array.from({ length: 200 }, (_, at) => String(at));
    const answers = await Promise.all(
      texts.map((content) => model.complete({ messages: [{ role: "user", content }] })),
    );
    expect(answers.map(({ text }) => text)).toEqual(texts.map((text) => `re: ${text}`));
    expect(server.mostInFlight).toBeLessThanOrEqual(8);
  });

  it("use all of -j, and no more", async () => {
    const server = await startOpenAI({ latency: { fixedMs: 20 } });
    const { model } = await stack({ spec: { baseUrl: server.baseUrl }, concurrency: 12 });
    await Promise.all(Array.from({ length: 40 }, (_, repeat) => model.complete({ ...hello, repeat })));
    expect(server.mostInFlight).toBe(12);
  });

  it("whose answer is arriving when their signal fires are answered, and stored", async () => {
    const controller = new AbortController();
    const answers = createMemoryAnswers();
    const server = await startOpenAI({
      answer: () => {
        controller.abort();
        return "just in time";
      },
    });
    const { model } = await stack({ spec: { baseUrl: server.baseUrl }, answers });
    expect((await model.complete({ ...hello, signal: controller.signal })).text).toBe("just in time");
    expect([...answers.journal.values()]).toMatchObject([{ completion: { text: "just in time" } }]);
    expect(
      (await modelErrorOf(model.complete({ ...hello, repeat: 1, signal: controller.signal }))).kind,
    ).toBe("aborted");
  });

  it("end when their signal fires, waiting ones too", async () => {
    const server = await startOpenAI({ faults: always({ kind: "hang" }) });
    const { model } = await stack({ spec: { baseUrl: server.baseUrl }, concurrency: 4 });
    const controller = new AbortController();
    const calls = Array.from({ length: 30 }, (_, repeat) =>
      modelErrorOf(model.complete({ ...hello, repeat, signal: controller.signal })),
    );
    await server.reached(4);
    controller.abort();
    const kinds = (await Promise.all(calls)).map(({ kind }) => kind);
    expect(kinds).toEqual(Array(30).fill("aborted"));
    expect(server.count).toBe(4);
  });
});

describe("fallbacks", () => {
  it("answer in turn, by their own parameters, and only in this run's journal", async () => {
    const server = await startOpenAI({ models: ["gpt-4o"] });
    const answers = createMemoryAnswers();
    const spare = modelSpec({
      key: "spare",
      name: "gpt-4o",
      baseUrl: server.baseUrl,
      parameters: { maxTokens: 7 },
    });
    const { model } = await stack({
      spec: { baseUrl: server.baseUrl, fallbacks: ["spare"], parameters: { maxTokens: 5 } },
      models: { spare: { spec: spare, secrets: noSecrets } },
      answers,
    });
    expect(await model.complete(hello)).toMatchObject({ text: "ok", answeredBy: "gpt-4o" });
    expect(server.requests.map(({ body }) => [body.model, body["max_tokens"]])).toEqual([
      ["gpt-4o-mini", 5],
      ["gpt-4o", 7],
    ]);
    expect([answers.journal.size, answers.cache.size]).toEqual([1, 0]);
  });

  it("that no quirk describes are reported", async () => {
    const spare = { spec: modelSpec({ key: "spare" }), secrets: noSecrets };
    await expect(stack({ spec: { fallbacks: ["spar"] }, models: { spare } })).rejects.toMatchObject({
      message: 'no model named "spar"',
      near: ["spare"],
    });
  });
});

describe("what is kept", () => {
  it("is never paid for twice, and contains no key", async () => {
    const server = await startOpenAI({ apiKey: "sk-12345678" });
    const answers = createMemoryAnswers();
    const services = createStackServices({ concurrency: 4, catalog: modelCatalog, models: {}, answers });
    const spec = modelSpec({ baseUrl: server.baseUrl });
    const secrets = secretsOf("sk-12345678", { "x-token": "tok-abcdefgh" });
    const model = await buildModel(spec, secrets, services);
    await model.complete(hello);
    expect(await model.complete(hello)).toMatchObject({ text: "ok", origin: "journal" });
    expect(server.count).toBe(1);
    expect(JSON.stringify([...answers.journal, ...answers.cache])).not.toMatch(/sk-12345678|tok-abcdefgh/);
  });
});

describe("a provider of the user's own", () => {
  const provider = async (source: string) => {
    const path = join(await mkdtemp(join(tmpdir(), "dao-opt-provider-")), "provider.mjs");
    await writeFile(path, source);
    return path;
  };

  it("may throw anything and omit fields", async () => {
    const path = await provider(`let asked = 0;
      export default { name: "mine", create: () => ({ complete: async ({ messages }) => {
        if (asked++ === 0) throw Object.assign(new Error("busy"), { status: 503 });
        return { text: "re: " + messages[0].content };
      } }) };`);
    const { model } = await stack({ spec: { provider: path, name: "my-model" } });
    expect(model).toMatchObject({ provider: path, modelId: "my-model" });
    expect(await model.complete(hello)).toMatchObject({
      text: "re: Hello",
      finishReason: "stop",
      usage: { inputTokens: 2, outputTokens: 3 },
    });
  });

  it("that ignores its signal is abandoned on timeout", async () => {
    const path = await provider(
      `export default { create: () => ({ complete: () => new Promise(() => {}) }) };`,
    );
    const { model } = await stack({ spec: { provider: path, timeoutMs: 20, retries: 1 } });
    expect(await modelErrorOf(model.complete(hello))).toMatchObject({
      kind: "timeout",
      message: "gpt-4o-mini did not answer within 0.02 s (2 attempts)",
    });
  });

  it("must return a model", async () => {
    const path = await provider(`export default { create: () => ({}) };`);
    await expect(stack({ spec: { provider: path } })).rejects.toMatchObject({
      code: "plugin_invalid",
      message: `resources.llms.target: provider ${path} returned no model`,
    });
  });

  it("has its options checked", async () => {
    await expect(
      stack({ spec: { provider: "azure", providerOptions: { api_version: 1 } } }),
    ).rejects.toMatchObject({
      code: "plugin_invalid",
      message:
        "resources.llms.target: options of provider azure: api_version: Invalid input: expected string, received number",
    });
  });
});

describe("an error inside a 200", () => {
  it.each([
    ["instead of an answer", { error: { message: "Provider returned error", code: 502 } }],
    ["in a choice", { choices: [{ index: 0, error: { message: "overloaded", code: 502 }, message: null }] }],
    [
      "as a finish reason",
      { choices: [{ index: 0, finish_reason: "error", message: { role: "assistant", content: "" } }] },
    ],
    ["as no choices", { choices: [] }],
  ])("%s is not stored as an answer, and not shared with other runs", async (_, body) => {
    const server = await startOpenAI({ faults: always({ kind: "status", status: 200, body }) });
    const answers = createMemoryAnswers();
    const { model } = await stack({ spec: { baseUrl: server.baseUrl, retries: 0 }, answers });
    await modelErrorOf(model.complete(hello));
    expect(answers.cache.size).toBe(0);
    for (const filed of answers.journal.values()) expect(filed).not.toHaveProperty("completion");
  });
});
