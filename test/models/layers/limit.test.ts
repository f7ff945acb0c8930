import { describe, expect, it } from "vitest";
import type { LanguageModel } from "../../../src/contracts/language-model.ts";
import type { ModelSpec } from "../../../src/contracts/model-spec.ts";
import type { ModelError, ModelErrorKind } from "../../../src/core/errors.ts";
import { createCallLimiter } from "../../../src/models/layers/limit.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { modelSpec } from "../../support/model-specs.ts";
import { completion, fault, hello, modelErrorOf, scriptedModel } from "../../support/scripted-model.ts";

const settle = () => new Promise((resolve) => setImmediate(resolve));
/** Enough turns of the event loop for everything that waits for nothing else. */
const turns = async () => {
  for (let turn = 0; turn < 10; turn++) await settle();
};

/** A model whose calls end on demand. */
function heldModel() {
  const held: { readonly answer: () => void; readonly refuse: (kind?: ModelErrorKind) => void }[] = [];
  const model: LanguageModel = {
    provider: "held",
    modelId: "held",
    complete: () =>
      new Promise((resolve, reject) =>
        held.push({
          answer: () => resolve(completion()),
          refuse: (kind = "rate_limit") => reject(fault(kind)),
        }),
      ),
  };
  return { held, model };
}

function limited(concurrency: number, changes: Partial<ModelSpec> = {}) {
  const clock = createFakeClock();
  const limiter = createCallLimiter(concurrency, clock);
  const { held, model } = heldModel();
  return { clock, limiter, held, model: limiter.layer(modelSpec(changes))(model) };
}

describe("createCallLimiter", () => {
  it("sends nothing after a fatal failure when a listener stops the run", async () => {
    const { held, model } = limited(2);
    const controller = new AbortController();
    const calls = Array.from({ length: 5 }, (_, repeat) =>
      model.complete({ ...hello, repeat, signal: controller.signal }).catch((error: ModelError) => {
        // Some layers later, in the same turn.
        return Promise.resolve().then(() => {
          controller.abort();
          return error.kind;
        });
      }),
    );
    await settle();
    held[0]?.refuse("auth");
    await settle();
    held[1]?.answer();
    expect(await Promise.all(calls)).toMatchObject(["auth", { text: "ok" }, "aborted", "aborted", "aborted"]);
    expect(held).toHaveLength(2);
  });

  it("continues after a fatal failure if the run does: a fallback answers", async () => {
    const { held, model } = limited(1);
    const first = modelErrorOf(model.complete(hello));
    const second = model.complete({ ...hello, repeat: 1 });
    await settle();
    held[0]?.refuse("quota");
    expect((await first).kind).toBe("quota");
    await settle();
    await settle();
    held[1]?.answer();
    expect(await second).toMatchObject({ text: "ok" });
  });

  it("caps the calls of a model that has no limits of its own at -j", async () => {
    const { held, model } = limited(3);
    for (let at = 0; at < 10; at++) void model.complete(hello);
    await settle();
    expect(held).toHaveLength(3);
  });

  it("caps a model's calls at its own concurrency, over all its stacks", async () => {
    const { limiter, held, model } = limited(16, { limits: { concurrency: 2 } });
    const other = limiter.layer(modelSpec({ limits: { concurrency: 2 } }))(model);
    for (let at = 0; at < 5; at++) void model.complete(hello);
    for (let at = 0; at < 5; at++) void other.complete(hello);
    await settle();
    expect(held).toHaveLength(2);
  });

  it("caps all models and everything else together", async () => {
    const { limiter, held, model } = limited(4);
    const second = heldModel();
    const other = limiter.layer(modelSpec({ key: "judge" }))(second.model);
    void limiter.run(() => new Promise(() => undefined));
    for (let at = 0; at < 5; at++) {
      void model.complete(hello);
      void other.complete(hello);
    }
    await settle();
    expect(held.length + second.held.length + 1).toBe(4);
  });

  it("serves in the order of asking", async () => {
    const limiter = createCallLimiter(1, createFakeClock());
    const order: number[] = [];
    await Promise.all([1, 2, 3, 4].map((at) => limiter.run(async () => order.push(at))));
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it("allows fewer calls after a 429, and more again after steady answers", async () => {
    const { held, model } = limited(8);
    const calls = Array.from({ length: 40 }, () => model.complete(hello).catch(() => undefined));
    await settle();
    for (const { refuse } of held.splice(0)) refuse();
    await settle();
    expect(held).toHaveLength(4);
    for (let at = 0; at < 4; at++) held.shift()?.answer();
    await settle();
    expect(held).toHaveLength(5);
    while (held.length > 0) {
      held.shift()?.answer();
      await settle();
    }
    await Promise.all(calls);
  });

  it("does not slow down after other faults", async () => {
    const limiter = createCallLimiter(8, createFakeClock());
    const model = limiter.layer(modelSpec())(scriptedModel([fault("server")]));
    await Promise.all(Array.from({ length: 8 }, () => modelErrorOf(model.complete(hello))));
    const { held, model: next } = heldModel();
    const same = limiter.layer(modelSpec())(next);
    for (let at = 0; at < 8; at++) void same.complete(hello);
    await settle();
    expect(held).toHaveLength(8);
  });

  it("respects requests per minute", async () => {
    const clock = createFakeClock();
    const limiter = createCallLimiter(32, clock);
    const model = limiter.layer(modelSpec({ limits: { requestsPerMinute: 60 } }))(scriptedModel(["ok"]));
    await Promise.all(Array.from({ length: 60 }, () => model.complete(hello)));
    // Six at once, then 55 a minute.
    expect(clock.now()).toBeGreaterThan(58_000);
  });

  it("respects tokens per minute, by the tokens actually used", async () => {
    const clock = createFakeClock();
    const limiter = createCallLimiter(1, clock);
    const usage = { inputTokens: 4_000, outputTokens: 1_000 };
    const model = limiter.layer(modelSpec({ limits: { tokensPerMinute: 10_000 } }))(
      scriptedModel([{ usage }]),
    );
    for (let at = 0; at < 5; at++) await model.complete(hello);
    // 25,000 tokens at 9,001 per minute; the last amount is not waited for.
    expect(clock.now()).toBeGreaterThan(120_000);
    expect(clock.now()).toBeLessThan(150_000);
  });

  it("blocks no other call while a model waits for its rate", async () => {
    const clock = createFakeClock();
    const limiter = createCallLimiter(1, clock);
    const slow = limiter.layer(modelSpec({ key: "slow", limits: { requestsPerMinute: 1 } }))(
      scriptedModel(["slow"]),
    );
    const quick = limiter.layer(modelSpec({ key: "quick" }))(scriptedModel(["quick"]));
    const order: string[] = [];
    const calls = [slow, slow, quick].map((model) =>
      model.complete(hello).then(({ text }) => order.push(text)),
    );
    await Promise.all(calls);
    expect(order).toHaveLength(3);
    expect(order.at(-1)).toBe("slow");
  });

  it("counts an answer until it is stored: a killed process loses at most `-j` calls", async () => {
    let unstored = 0;
    const stored: (() => void)[] = [];
    const answers = {
      get unstored() {
        return unstored;
      },
      flush: () => new Promise<void>((resolve) => stored.push(resolve)),
    };
    const { held, model } = heldModel();
    const limiter = createCallLimiter(2, createFakeClock(), { answers });
    const limitedModel = limiter.layer(modelSpec())(model);
    for (let repeat = 0; repeat < 4; repeat++)
      void limitedModel.complete({ ...hello, repeat }).then(() => unstored++);
    await turns();
    expect(held).toHaveLength(2);
    held[0]?.answer();
    await turns();
    expect(held).toHaveLength(2);
    unstored = 0;
    stored[0]?.();
    await turns();
    expect(held).toHaveLength(3);
  });

  it("goes on when answers cannot be stored: the run reports that", async () => {
    const answers = { unstored: 5, flush: () => Promise.reject(new Error("full")) };
    const limiter = createCallLimiter(1, createFakeClock(), { answers });
    const model = limiter.layer(modelSpec())(scriptedModel(["ok"]));
    expect(await model.complete(hello)).toMatchObject({ text: "ok" });
  });

  it("does not send a call that was stopped while it waited", async () => {
    const { held, model } = limited(1);
    const controller = new AbortController();
    void model.complete(hello);
    const waiting = model.complete({ ...hello, signal: controller.signal });
    await settle();
    controller.abort();
    held[0]?.answer();
    expect((await modelErrorOf(waiting)).kind).toBe("aborted");
    expect(held).toHaveLength(1);
  });
});
