import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createReleaseOrder } from "../../../src/run/lab/release-order.ts";

/** An engine with lanes: each requests some answers in sequence and records what it sees. */
async function play(lanes: readonly (readonly number[])[], latencyOf: () => number): Promise<string[]> {
  const order = createReleaseOrder();
  const seen: string[] = [];
  await Promise.all(
    lanes.map(async (durations, lane) => {
      for (const [at, duration] of durations.entries()) {
        await order.ask(duration, () => wait(latencyOf()));
        seen.push(`${lane}.${at}`);
      }
    }),
  );
  return seen;
}

describe("release order", () => {
  test("depends on the requests, not on which answer arrived first", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }), {
          minLength: 2,
          maxLength: 5,
        }),
        fc.infiniteStream(fc.integer({ min: 0, max: 3 })),
        async (lanes, latencies) => {
          const first = await play(lanes, () => 0);
          const second = await play(lanes, () => latencies.next().value ?? 0);
          expect(second).toEqual(first);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("a nominally later answer waits for a slow earlier one", async () => {
    const order = createReleaseOrder();
    const seen: string[] = [];
    await Promise.all([
      order.ask(1, () => wait(30)).then(() => seen.push("slow")),
      order.ask(2, () => wait(0)).then(() => seen.push("quick")),
    ]);
    expect(seen).toEqual(["slow", "quick"]);
  });

  test("work starts at once, whatever is still to be released", () => {
    const order = createReleaseOrder();
    const started: number[] = [];
    for (const duration of [5, 1, 3]) {
      void order.ask(duration, async () => {
        started.push(duration);
      });
    }
    expect(started).toEqual([5, 1, 3]);
  });

  test("an error is released in order", async () => {
    const order = createReleaseOrder();
    const outcome = await Promise.allSettled([
      order.ask(1, () => Promise.reject(new Error("no"))),
      order.ask(1, () => Promise.resolve("yes")),
    ]);
    expect(outcome.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  });
});
