import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRateBucket } from "../../../src/models/layers/rate-bucket.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { modelErrorOf } from "../../support/scripted-model.ts";

const minuteMs = 60_000;

/** When each of the takes got through. */
async function timesOf(perMinute: number, amounts: readonly number[]): Promise<number[]> {
  const clock = createFakeClock();
  const bucket = createRateBucket(perMinute, clock);
  const times: number[] = [];
  await Promise.all(amounts.map((amount) => bucket.take(amount).then(() => times.push(clock.now()))));
  return times;
}

describe("createRateBucket", () => {
  it("allows a tenth of a minute's allowance at once, and the rest evenly", async () => {
    const times = await timesOf(60, Array(9).fill(1));
    expect(times.slice(0, 6)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(times[6]).toBeGreaterThan(1000);
    expect((times[8] as number) - (times[7] as number)).toBeCloseTo(minuteMs / 55, -1);
  });

  it("never exceeds its rate in any minute", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 150 }),
        async (perMinute, count) => {
          const times = await timesOf(perMinute, Array(count).fill(1));
          for (const from of times) {
            expect(times.filter((at) => at >= from && at < from + minuteMs).length).toBeLessThanOrEqual(
              perMinute,
            );
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it("serves in the order of asking, a large amount too", async () => {
    const clock = createFakeClock();
    const bucket = createRateBucket(1000, clock);
    const order: string[] = [];
    await Promise.all([
      bucket.take(90).then(() => order.push("first")),
      bucket.take(100).then(() => order.push("large")),
      bucket.take(1).then(() => order.push("small")),
    ]);
    expect(order).toEqual(["first", "large", "small"]);
  });

  it("allows an amount above its capacity when it is full, and makes the next wait for it", async () => {
    const times = await timesOf(1000, [500, 100]);
    expect(times[0]).toBe(0);
    // 400 missing plus 100 to refill, at 901 per minute.
    expect(times[1]).toBeCloseTo((500 / 901) * minuteMs, -1);
  });

  it("is corrected when more was needed than taken", async () => {
    const clock = createFakeClock();
    const bucket = createRateBucket(600, clock);
    await bucket.take(10);
    bucket.correct(50);
    await bucket.take(60);
    expect(clock.now()).toBeGreaterThan(5000);
  });

  it("is corrected when less was needed than taken", async () => {
    const clock = createFakeClock();
    const bucket = createRateBucket(600, clock);
    await bucket.take(60);
    bucket.correct(-60);
    await bucket.take(60);
    expect(clock.now()).toBe(0);
  });

  it("serves others when a waiting one is stopped", async () => {
    const clock = createFakeClock();
    const bucket = createRateBucket(10, clock);
    const controller = new AbortController();
    await bucket.take(1);
    const stopped = bucket.take(1, controller.signal);
    const other = bucket.take(1);
    controller.abort();
    expect((await modelErrorOf(stopped)).kind).toBe("aborted");
    await other;
    expect(clock.now()).toBeGreaterThan(0);
  });
});
