import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noSpend } from "../../../src/core/usage.ts";
import { createMeter } from "../../../src/run/lab/meter.ts";

const answer = {
  text: "",
  toolCalls: [],
  finishReason: "stop" as const,
  latencyMs: 1,
  usage: { inputTokens: 100, outputTokens: 10 },
};
const price = { input: 1, output: 2 };
const paid = { calls: 1, tokens: 110, usd: 120 / 1e6 };

describe("meter", () => {
  test("charges answers of the provider and of this run's journal", () => {
    const meter = createMeter();
    expect(meter.book({ role: "target", key: "a", price }, answer)).toEqual(paid);
    expect(meter.book({ role: "target", key: "b", price }, { ...answer, origin: "journal" })).toEqual(paid);
    expect(meter.byRole.target).toEqual({
      ...noSpend,
      calls: 2,
      inputTokens: 200,
      outputTokens: 20,
      usd: 240 / 1e6,
    });
  });

  test("charges an answer of the shared cache at its original cost, and an equal question once", () => {
    const finished: string[] = [];
    const meter = createMeter((role, origin) => finished.push(`${role} ${origin}`));
    meter.book({ role: "judge", key: "a", price }, answer);
    const again = meter.book({ role: "judge", key: "a", price }, { ...answer, origin: "journal" });
    const cached = meter.book({ role: "target", key: "b", price }, { ...answer, origin: "cache" });
    expect([again, cached]).toEqual([{ calls: 0, tokens: 0, usd: 0 }, paid]);
    expect(meter.charged.calls).toBe(2);
    // Differs from what this run paid.
    expect(meter.total).toEqual({
      ...noSpend,
      calls: 1,
      cachedCalls: 2,
      inputTokens: 100,
      outputTokens: 10,
      usd: 120 / 1e6,
    });
    expect(finished).toEqual(["judge provider", "judge cache", "target cache"]);
  });

  test("usd is null as soon as a price or token count is unknown, even for a free answer", () => {
    const { usage: _, ...uncounted } = answer;
    const unknown = [
      (meter: ReturnType<typeof createMeter>) =>
        meter.book({ role: "target", key: "b", price: undefined }, answer),
      (meter: ReturnType<typeof createMeter>) =>
        meter.book({ role: "target", key: "b", price: undefined }, { ...answer, origin: "cache" }),
      (meter: ReturnType<typeof createMeter>) =>
        meter.book({ role: "target", key: "b", price }, { ...uncounted, output: "" }),
    ];
    for (const bookUnknown of unknown) {
      const meter = createMeter();
      meter.book({ role: "target", key: "a", price }, answer);
      bookUnknown(meter);
      expect(meter.byRole.target.usd).toBeNull();
      expect(meter.total.usd).toBeNull();
    }
  });

  test("an unused attempt is a separate call; a lost one is counted separately", () => {
    const meter = createMeter();
    const call = { role: "target", key: "a", price } as const;
    expect(meter.bookUnused(call, answer.usage)).toEqual({ ...paid, calls: 0 });
    meter.bookUnused(call, { ...answer.usage, isLost: true, isEstimated: true });
    meter.book(call, answer);
    expect(meter.total).toMatchObject({ calls: 2, lostCalls: 1, isEstimated: true, inputTokens: 300 });
    expect(meter.total.usd).toBeCloseTo(360 / 1e6, 12);
  });

  test("an attempt paid for by another run is charged, but not spent by this one", () => {
    const meter = createMeter();
    const call = { role: "target", key: "a", price } as const;
    expect(meter.bookUnused(call, { ...answer.usage, origin: "cache" })).toEqual({ ...paid, calls: 0 });
    expect(meter.book(call, { ...answer, origin: "cache" })).toEqual(paid);
    // The same question again: all of it is already charged.
    expect(meter.bookUnused(call, { ...answer.usage, origin: "cache" }).tokens).toBe(0);
    expect(meter.total).toEqual({ ...noSpend, cachedCalls: 1 });
  });

  test("a failed request is one call of the budget, however often it is repeated", () => {
    const meter = createMeter();
    const call = { role: "target", key: "a", price } as const;
    meter.bookRetry("target");
    meter.bookRetry("target");
    expect(meter.bookFailed(call).calls).toBe(1);
    expect(meter.bookFailed(call).calls).toBe(0);
    expect(meter.book(call, answer)).toEqual({ ...paid, calls: 0 });
    expect(meter.answers.failed).toBe(1);
    expect(meter.total).toMatchObject({ calls: 1, retries: 2 });
  });

  test("sums do not depend on the order of answers", () => {
    const tokens = fc.array(fc.record({ inputTokens: fc.nat(9999), outputTokens: fc.nat(9999) }), {
      minLength: 1,
      maxLength: 20,
    });
    const spend = (usages: readonly { inputTokens: number; outputTokens: number }[]) => {
      const meter = createMeter();
      for (const [at, usage] of usages.entries()) {
        meter.book(
          {
            role: "target",
            key: `${usage.inputTokens} ${usage.outputTokens} ${at}`,
            price: { input: 0.15, output: 0.6 },
          },
          { ...answer, usage },
        );
      }
      return meter.total;
    };
    fc.assert(
      fc.property(tokens, (usages) => {
        expect(spend([...usages].reverse())).toEqual(spend(usages));
      }),
    );
  });
});
