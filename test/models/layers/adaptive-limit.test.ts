import { describe, expect, it } from "vitest";
import type { CallSlot } from "../../../src/contracts/call-limits.ts";
import { createAdaptiveLimit } from "../../../src/models/layers/limit.ts";

/** Tasks that end on demand. */
function bench(ceiling: number) {
  const limit = createAdaptiveLimit(ceiling);
  const running: { readonly slot: CallSlot; readonly end: () => void }[] = [];
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    limit,
    running,
    settle,
    async start(count: number) {
      for (let at = 0; at < count; at++) {
        void limit.run((slot) => new Promise<void>((end) => running.push({ slot, end })));
      }
      await settle();
    },
    async answer(count: number) {
      for (const { slot, end } of running.splice(0, count)) {
        slot.answered();
        end();
      }
      await settle();
    },
  };
}

describe("createAdaptiveLimit", () => {
  it("runs as many as its ceiling", async () => {
    const { start, running, answer } = bench(4);
    await start(10);
    expect(running).toHaveLength(4);
    await answer(2);
    expect(running).toHaveLength(4);
  });

  it("halves once a burst, however many calls of it were refused", async () => {
    const { limit, start, running } = bench(16);
    await start(16);
    for (const { slot } of running) slot.tooMany();
    expect(limit.current).toBe(8);
  });

  it("halves again when calls that were started later are refused", async () => {
    const { limit, start, running, answer, settle } = bench(16);
    await start(40);
    running[0]?.slot.tooMany();
    for (const { end } of running.splice(0, 16)) end();
    await settle();
    expect(running).toHaveLength(8);
    running[0]?.slot.tooMany();
    expect(limit.current).toBe(4);
    await answer(8);
  });

  it("halves what is in use, not an idle ceiling", async () => {
    const { limit, start, running } = bench(64);
    await start(6);
    running[0]?.slot.tooMany();
    expect(limit.current).toBe(3);
  });

  it("never falls below one", async () => {
    const { limit, start, running } = bench(1);
    await start(1);
    running[0]?.slot.tooMany();
    expect(limit.current).toBe(1);
  });

  it("allows one more call after steady answers, up to its ceiling", async () => {
    const { limit, start, running, answer } = bench(4);
    await start(200);
    running[0]?.slot.tooMany();
    const seen = [limit.current];
    for (let at = 0; at < 12; at++) {
      await answer(1);
      seen.push(limit.current);
    }
    // Four were in progress and count as answers too.
    expect(seen).toEqual([2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4]);
  });

  it("frees its slot after a failed task", async () => {
    const limit = createAdaptiveLimit(1);
    await expect(limit.run(async () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await limit.run(async () => "next")).toBe("next");
  });
});
