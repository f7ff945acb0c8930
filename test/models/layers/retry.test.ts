import { describe, expect, it } from "vitest";
import type { ModelErrorKind } from "../../../src/core/errors.ts";
import { retryLayer } from "../../../src/models/retries.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import {
  fault,
  hello,
  modelErrorOf,
  type ScriptedModel,
  scriptedModel,
} from "../../support/scripted-model.ts";

function over(model: ScriptedModel, { retries = 5, draw = 1 } = {}) {
  const clock = createFakeClock();
  return { clock, retried: retryLayer({ retries, clock, random: () => draw })(model) };
}

const usage = { inputTokens: 100, outputTokens: 50 };

describe("retryLayer", () => {
  it.each<ModelErrorKind>(["rate_limit", "timeout", "connection", "server", "malformed"])(
    "asks again after %s",
    async (kind) => {
      const model = scriptedModel([fault(kind), "positive"]);
      expect((await over(model).retried.complete(hello)).text).toBe("positive");
      expect(model.requests).toHaveLength(2);
    },
  );

  it.each<ModelErrorKind>(["auth", "model_not_found", "quota", "unreachable", "bad_request", "aborted"])(
    "does not ask again after %s",
    async (kind) => {
      const model = scriptedModel([fault(kind)]);
      const error = await modelErrorOf(over(model).retried.complete(hello));
      expect(error).toMatchObject({ kind, message: `a fault of kind ${kind}` });
      expect(model.requests).toHaveLength(1);
    },
  );

  it("gives up after its retries, and reports the number of attempts", async () => {
    const model = scriptedModel([fault("server", { status: 500 })]);
    const error = await modelErrorOf(over(model).retried.complete(hello));
    expect(error).toMatchObject({
      kind: "server",
      status: 500,
      message: "a fault of kind server (6 attempts)",
    });
    expect(model.requests).toHaveLength(6);
  });

  it("can be set not to retry at all", async () => {
    const model = scriptedModel([fault("server")]);
    const error = await modelErrorOf(over(model, { retries: 0 }).retried.complete(hello));
    expect(error.message).toBe("a fault of kind server");
  });

  it.each([
    [1, [400, 800, 1600, 3200, 6400]],
    [0, [200, 400, 800, 1600, 3200]],
  ])("doubles its pauses, by jitter %d as long as %j", async (draw, pauses) => {
    const { clock, retried } = over(scriptedModel([fault("timeout")]), { draw });
    await modelErrorOf(retried.complete(hello));
    expect(clock.sleeps).toEqual(pauses);
  });

  it("never pauses for more than twenty seconds by itself", async () => {
    const { clock, retried } = over(scriptedModel([fault("timeout")]), { retries: 12 });
    await modelErrorOf(retried.complete(hello));
    expect(Math.max(...clock.sleeps)).toBe(20_000);
  });

  it.each([
    [0, 7000],
    [1, 7700],
  ])("waits as long as the provider asks, and at most a tenth longer", async (draw, pause) => {
    const { clock, retried } = over(scriptedModel([fault("rate_limit", { retryAfterMs: 7000 }), "ok"]), {
      draw,
    });
    await retried.complete(hello);
    expect(clock.sleeps).toEqual([pause]);
  });

  it("does not wait for a provider that has closed for the day", async () => {
    const { clock, retried } = over(scriptedModel([fault("rate_limit", { retryAfterMs: 86_400_000 })]));
    const error = await modelErrorOf(retried.complete(hello));
    expect(error.message).toBe("a fault of kind rate_limit, and asks for a wait of 86400 s");
    expect(clock.sleeps).toEqual([]);
  });

  it("stops waiting when the signal fires", async () => {
    const controller = new AbortController();
    const model = scriptedModel((request) => {
      expect(request.signal).toBe(controller.signal);
      controller.abort();
      return fault("server");
    });
    const error = await modelErrorOf(over(model).retried.complete({ ...hello, signal: controller.signal }));
    expect(error.kind).toBe("aborted");
    expect(model.requests).toHaveLength(1);
  });

  it("reports every unusable answer that was paid for, including the last", async () => {
    const wasted: unknown[] = [];
    const model = scriptedModel([
      fault("malformed", { usage }),
      fault("rate_limit", { status: 429 }),
      fault("server", { status: 500, usage }),
    ]);
    const onUnused = (tokens: unknown) => wasted.push(tokens) > 0;
    await modelErrorOf(over(model, { retries: 2 }).retried.complete({ ...hello, onUnused }));
    expect(wasted).toEqual([usage, usage]);
  });

  it("makes no further attempt when the budget forbids it", async () => {
    const model = scriptedModel([fault("malformed", { usage }), "ok"]);
    const error = await modelErrorOf(over(model).retried.complete({ ...hello, onUnused: () => false }));
    expect(error.kind).toBe("malformed");
    expect(model.requests).toHaveLength(1);
  });

  it("passes on an error that is not a ModelError", async () => {
    await expect(over(scriptedModel([new RangeError("a bug")])).retried.complete(hello)).rejects.toThrow(
      RangeError,
    );
  });
});
