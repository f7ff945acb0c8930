import { describe, expect, it } from "vitest";
import type { AnswerStore } from "../../../src/contracts/answer-store.ts";
import type { CompletionRequest, LanguageModel } from "../../../src/contracts/language-model.ts";
import type { ModelSpec } from "../../../src/contracts/model-spec.ts";
import { ReplayError } from "../../../src/core/errors.ts";
import { exchangeLayer } from "../../../src/models/layers/exchange-layer.ts";
import { createInFlight } from "../../../src/models/limits/in-flight.ts";
import { createMemoryAnswers } from "../../support/memory-answers.ts";
import { modelSpec } from "../../support/model-specs.ts";
import { fault, hello, modelErrorOf, scriptedModel } from "../../support/scripted-model.ts";

const usage = { inputTokens: 10, outputTokens: 5 };

function filing(
  model: LanguageModel,
  { store = createMemoryAnswers() as AnswerStore, spec = {} as Partial<ModelSpec> } = {},
) {
  return exchangeLayer({ spec: modelSpec(spec), store, inFlight: createInFlight() })(model);
}

describe("an answer", () => {
  it("is stored, and found again in this run's journal", async () => {
    const store = createMemoryAnswers();
    const model = scriptedModel(["positive"]);
    const filed = filing(model, { store });
    expect(await filed.complete(hello)).not.toHaveProperty("origin");
    expect(await filed.complete(hello)).toMatchObject({ text: "positive", origin: "journal" });
    expect(model.requests).toHaveLength(1);
    expect([...store.journal.values()]).toEqual([
      {
        question: {
          kind: "model",
          provider: "openai",
          model: "gpt-4o-mini",
          parameters: {},
          messages: [{ role: "user", content: "Hello" }],
          repeat: 0,
        },
        completion: { text: "positive", toolCalls: [], finishReason: "stop", usage, latencyMs: 1 },
      },
    ]);
  });

  it("is found in the cache that runs share", async () => {
    const store = createMemoryAnswers();
    await filing(scriptedModel(["positive"]), { store }).complete(hello);
    const model = scriptedModel(["unasked"]);
    const next = filing(model, { store: createMemoryAnswers(store.cache) });
    expect(await next.complete(hello)).toMatchObject({ text: "positive", origin: "cache" });
    expect(model.requests).toHaveLength(0);
  });

  it("of a fallback stays in its run", async () => {
    const store = createMemoryAnswers();
    await filing(scriptedModel([{ answeredBy: "other" }]), { store }).complete(hello);
    expect(store.journal.size).toBe(1);
    expect(store.cache.size).toBe(0);
  });

  it("keeps its original price and latency", async () => {
    const store = createMemoryAnswers();
    const price = { input: 1, output: 2 };
    const spec = { price };
    const first = await filing(scriptedModel([{ latencyMs: 40 }]), { store, spec }).complete(hello);
    expect(first).not.toHaveProperty("price");
    expect(await filing(scriptedModel(["unasked"]), { store }).complete(hello)).toMatchObject({
      price,
      latencyMs: 40,
      usage,
    });
    const unknown = createMemoryAnswers();
    await filing(scriptedModel(["ok"]), { store: unknown }).complete(hello);
    expect([...unknown.journal.values()][0]).not.toHaveProperty("price");
  });

  it("truncated by a limit of this session is kept while the limit applies, and is not shared", async () => {
    const store = createMemoryAnswers();
    const cut = { text: "posi", kind: "cut_off", finishReason: "length", isToolLimited: true } as const;
    const limited = (enlarged: number) => ({
      spec: { outputLimit: { tokens: 10, enlarged, setBy: "--max-cost", origin: "flag" } as const },
      store,
    });
    expect(await filing(scriptedModel([cut]), limited(40)).complete(hello)).toMatchObject({ text: "posi" });
    expect([store.journal.size, store.cache.size]).toEqual([1, 0]);
    const again = filing(scriptedModel(["unasked"]), limited(40));
    expect(await again.complete(hello)).toMatchObject({ text: "posi", origin: "journal" });
    const larger = filing(scriptedModel(["positive"]), limited(80));
    expect(await larger.complete(hello)).toMatchObject({ text: "positive" });
    expect(store.cache.size).toBe(1);
  });

  it("is requested once for two concurrent calls", async () => {
    const model = scriptedModel(["positive"]);
    const filed = filing(model);
    const [first, second] = await Promise.all([filed.complete(hello), filed.complete(hello)]);
    expect(first).not.toHaveProperty("origin");
    expect(second).toMatchObject({ text: "positive", origin: "cache" });
    expect(model.requests).toHaveLength(1);
  });

  it("is requested again by the second caller if the first one aborts", async () => {
    const controller = new AbortController();
    const model = scriptedModel((request) => {
      if (request.signal === undefined) return "positive";
      controller.abort();
      return fault("aborted");
    });
    const filed = filing(model);
    const first = modelErrorOf(filed.complete({ ...hello, signal: controller.signal }));
    const second = filed.complete(hello);
    expect((await first).kind).toBe("aborted");
    expect(await second).toMatchObject({ text: "positive" });
  });
});

describe("an address", () => {
  const addressOf = async (changes: Partial<ModelSpec>, request: Partial<CompletionRequest> = {}) => {
    const store = createMemoryAnswers();
    await filing(scriptedModel(["ok"]), { store, spec: changes }).complete({ ...hello, ...request });
    return [...store.journal.keys()][0];
  };

  it.each<[string, Partial<ModelSpec>, Partial<CompletionRequest>]>([
    ["the provider", { provider: "ollama" }, {}],
    ["the endpoint", { baseUrl: "http://127.0.0.1:1/v1" }, {}],
    ["the model", { name: "gpt-4o" }, {}],
    ["the model's parameters", { parameters: { temperature: 0.5 } }, {}],
    ["the request's parameters", {}, { parameters: { temperature: 0.5 } }],
    ["the messages", {}, { messages: [{ role: "user", content: "Hello!" }] }],
    ["the sample", {}, { repeat: 1 }],
    ["options of the provider", { providerOptions: { region: "eu" } }, {}],
  ])("depends on %s", async (_, spec, request) => {
    expect(await addressOf(spec, request)).not.toBe(await addressOf({}));
  });

  it.each<[string, Partial<ModelSpec>, Partial<CompletionRequest>]>([
    ["where a parameter is given", { parameters: { temperature: 1 } }, { parameters: { temperature: 0.5 } }],
    ["the key in the config", { key: "other", parameters: { temperature: 0.5 } }, {}],
    [
      "limits, price and timeouts",
      { timeoutMs: 1, limits: { concurrency: 1 }, parameters: { temperature: 0.5 } },
      {},
    ],
    ["a first sample being named", { parameters: { temperature: 0.5 } }, { repeat: 0 }],
  ])("does not depend on %s", async (_, spec, request) => {
    expect(await addressOf(spec, request)).toBe(await addressOf({ parameters: { temperature: 0.5 } }));
  });

  it("contains no password of the endpoint", async () => {
    const store = createMemoryAnswers();
    const spec = { baseUrl: "https://ann:pass-word@host/v1/?sig=signature" };
    await filing(scriptedModel(["ok"]), { store, spec }).complete(hello);
    const [filed] = store.journal.values();
    expect(filed?.question).toMatchObject({ baseUrl: "https://host/v1" });
    expect(JSON.stringify(filed)).not.toMatch(/pass-word|signature/);
  });
});

describe("a failure", () => {
  it("is stored only in the journal, and thrown again", async () => {
    const store = createMemoryAnswers();
    const model = scriptedModel([fault("server", { hint: "wait" })]);
    const filed = filing(model, { store });
    await modelErrorOf(filed.complete(hello));
    expect(await modelErrorOf(filed.complete(hello))).toMatchObject({
      kind: "server",
      message: "a fault of kind server",
      hint: "wait",
    });
    expect(model.requests).toHaveLength(1);
    expect(store.cache.size).toBe(0);
  });

  it.each(["auth", "unreachable", "aborted"] as const)("of kind %s is not filed", async (kind) => {
    const store = createMemoryAnswers();
    await modelErrorOf(filing(scriptedModel([fault(kind)]), { store }).complete(hello));
    expect(store.journal.size).toBe(0);
  });

  it("of the store is passed on", async () => {
    const store: AnswerStore = {
      find: async () => Promise.reject(new ReplayError("the journal has no answer to …")),
      put: async () => undefined,
    };
    await expect(filing(scriptedModel(["ok"]), { store }).complete(hello)).rejects.toBeInstanceOf(
      ReplayError,
    );
  });
});

describe("an unused attempt", () => {
  const wasteful = () =>
    scriptedModel((request) => {
      request.onUnused?.(usage);
      return "positive";
    });
  const wasteOf = async (model: LanguageModel) => {
    const wasted: unknown[] = [];
    await model.complete({ ...hello, onUnused: (tokens) => wasted.push(tokens) > 0 });
    return wasted;
  };

  it("is filed with the answer, and reported again from the journal", async () => {
    const store = createMemoryAnswers();
    expect(await wasteOf(filing(wasteful(), { store }))).toEqual([usage]);
    expect([...store.journal.values()]).toMatchObject([{ unused: [usage] }]);
    expect(await wasteOf(filing(scriptedModel(["unasked"]), { store }))).toEqual([usage]);
  });

  it("of a fallback is stored and reported under its name", async () => {
    const store = createMemoryAnswers();
    const reported = async (model: LanguageModel) => {
      const names: unknown[] = [];
      await model.complete({ ...hello, onUnused: ({ answeredBy }) => names.push(answeredBy) > 0 });
      return names;
    };
    const spare = scriptedModel((request) => {
      request.onUnused?.({ ...usage, answeredBy: "spare" });
      return { text: "positive", answeredBy: "spare" };
    });
    expect(await reported(filing(spare, { store }))).toEqual(["spare"]);
    expect(await reported(filing(scriptedModel(["unasked"]), { store }))).toEqual(["spare"]);
  });

  it("of a killed session is reported once, and stored with the next answer", async () => {
    const lost = { ...usage, isLost: true, isEstimated: true };
    const memory = createMemoryAnswers();
    const open = [lost];
    const store: AnswerStore = { ...memory, unfiled: () => open.splice(0) };
    expect(await wasteOf(filing(scriptedModel(["positive"]), { store }))).toEqual([lost]);
    expect([...memory.journal.values()]).toMatchObject([
      { completion: { text: "positive" }, unused: [lost] },
    ]);
    expect(await wasteOf(filing(scriptedModel(["unasked"]), { store }))).toEqual([lost]);
  });

  it("of a killed session that leaves too little of the budget is a failure, and nothing is sent", async () => {
    const memory = createMemoryAnswers();
    const store: AnswerStore = { ...memory, unfiled: () => [{ ...usage, isLost: true }] };
    const model = scriptedModel(["unasked"]);
    const error = await modelErrorOf(filing(model, { store }).complete({ ...hello, onUnused: () => false }));
    expect(error.message).toBe("an attempt of an earlier session got no answer, and the budget is spent");
    expect(model.requests).toHaveLength(0);
    expect([...memory.journal.values()]).toMatchObject([{ failure: { kind: "connection" } }]);
  });

  it("closes its entry in the log of attempts", async () => {
    const ended: unknown[] = [];
    const attempts = { sending: async () => {}, ended: (_: string, billed: unknown) => ended.push(billed) };
    await filing(wasteful(), { store: { ...createMemoryAnswers(), attempts } }).complete(hello);
    expect(ended).toEqual([usage]);
  });

  it("of another run is reported as such: the budget counts it, but nothing is paid", async () => {
    const store = createMemoryAnswers();
    await wasteOf(filing(wasteful(), { store }));
    const next = filing(scriptedModel(["unasked"]), { store: createMemoryAnswers(store.cache) });
    const waste = await wasteOf(next);
    expect(waste).not.toEqual([]);
    for (const attempt of waste) expect(attempt).toMatchObject({ origin: "cache" });
  });
});
