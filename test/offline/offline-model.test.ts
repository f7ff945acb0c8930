import { describe, expect, it } from "vitest";
import type { ModelSpec, Simulation } from "../../src/contracts/model-spec.ts";
import { ModelError } from "../../src/core/errors.ts";
import type { ModelParameters } from "../../src/core/prompt/prompt.ts";
import { offlineModel } from "../../src/offline/offline-model.ts";

function create(given: { name?: string; simulate?: Simulation; parameters?: ModelParameters } = {}) {
  const spec: ModelSpec = {
    key: "m",
    name: given.name ?? "offline/small",
    provider: "offline",
    parameters: given.parameters ?? {},
    limits: {},
    timeoutMs: 60_000,
    retries: 5,
    fallbacks: [],
    ...(given.simulate === undefined ? {} : { simulate: given.simulate }),
  };
  return offlineModel.create({} as never, { spec, secrets: { headers: {} } });
}

const request = {
  messages: [{ role: "user", content: "Answer 'positive' or 'negative', one word only.\nText: I love it" }],
};

describe("offlineModel", () => {
  it("answers like any model, with estimated tokens", async () => {
    const model = create();
    expect(model.provider).toBe("offline");
    expect(model.modelId).toBe("offline/small");
    const { latencyMs, ...answer } = await model.complete(request);
    expect(latencyMs).toBeGreaterThanOrEqual(0);
    expect(answer).toEqual({
      text: "positive",
      toolCalls: [],
      finishReason: "stop",
      usage: { inputTokens: 16, outputTokens: 2 },
    });
  });

  it("gives the request's parameters precedence", async () => {
    const model = create({ parameters: { maxTokens: 1 } });
    expect((await model.complete(request)).text).toBe("posi");
    expect((await model.complete({ ...request, parameters: { maxTokens: 9 } })).text).toBe("positive");
  });

  it("fails as simulated, attempt by attempt, with the same answers otherwise", async () => {
    const model = create({ simulate: { latencyMs: 0, faultRate: 0.6, seed: 3 } });
    const outcomes: string[] = [];
    for (let attempt = 0; attempt < 60; attempt++) {
      outcomes.push(
        await model.complete(request).then(
          ({ text }) => text,
          (error: unknown) => (error instanceof ModelError && error.isRetryable ? error.kind : "a bug"),
        ),
      );
    }
    expect(new Set(outcomes)).toEqual(
      new Set(["positive", "rate_limit", "server", "connection", "malformed"]),
    );
  });

  it("reports how long to wait after a rate limit", async () => {
    const model = create({ simulate: { latencyMs: 0, faultRate: 1, seed: 1 } });
    const errors: ModelError[] = [];
    for (let attempt = 0; attempt < 30; attempt++) {
      await model.complete(request).catch((error: unknown) => {
        if (error instanceof ModelError) errors.push(error);
      });
    }
    expect(errors).toHaveLength(30);
    expect(errors.find(({ kind }) => kind === "rate_limit")?.retryAfterMs).toBe(50);
  });

  it("stops on abort, before the call and while it waits", async () => {
    const model = create({ simulate: { latencyMs: 60_000, faultRate: 0, seed: 1 } });
    await expect(model.complete({ ...request, signal: AbortSignal.abort() })).rejects.toMatchObject({
      kind: "aborted",
    });
    const controller = new AbortController();
    const pending = model.complete({ ...request, signal: controller.signal });
    controller.abort();
    await expect(pending).rejects.toMatchObject({ kind: "aborted" });
  });
});
