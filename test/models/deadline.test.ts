import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/models/clock.ts";
import { withDeadline } from "../../src/models/deadline.ts";
import { modelErrorOf } from "../support/scripted-model.ts";

const late = new Error("late");
const stopped = new Error("stopped");
const deadline = (timeoutMs: number, signal?: AbortSignal) => ({
  timeoutMs,
  signal,
  timedOut: () => late,
  aborted: () => stopped,
});
const never = () => new Promise<never>(() => undefined);

describe("withDeadline", () => {
  it("returns the result of the task", async () => {
    expect(await withDeadline(deadline(10_000), async () => 7)).toBe(7);
    await expect(
      withDeadline(deadline(10_000), async () => Promise.reject(new Error("own"))),
    ).rejects.toThrow("own");
  });

  it("ends a task that ignores its signal, and aborts one that does not", async () => {
    let signal: AbortSignal | undefined;
    const task = (given: AbortSignal) => {
      signal = given;
      return never();
    };
    await expect(withDeadline(deadline(5), task)).rejects.toBe(late);
    expect(signal?.aborted).toBe(true);
  });

  it("starts nothing when it is stopped before", async () => {
    let isStarted = false;
    const call = withDeadline(deadline(10_000, AbortSignal.abort()), async () => {
      isStarted = true;
    });
    await expect(call).rejects.toBe(stopped);
    expect(isStarted).toBe(false);
  });

  it("accepts what arrives just after the abort: it was paid for", async () => {
    const controller = new AbortController();
    let inner: AbortSignal | undefined;
    const call = withDeadline(deadline(10_000, controller.signal), (signal) => {
      inner = signal;
      return new Promise((resolve) =>
        controller.signal.addEventListener("abort", () => setImmediate(resolve, 7)),
      );
    });
    controller.abort();
    expect(await call).toBe(7);
    expect(inner?.aborted).toBe(false);
  });

  it("puts one listener on a signal that stops a thousand tasks", async () => {
    const controller = new AbortController();
    const calls = Array.from({ length: 1000 }, () =>
      withDeadline(deadline(10_000, controller.signal), never),
    );
    const outcomes = Promise.allSettled(calls);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
    controller.abort();
    expect(
      (await outcomes).every((outcome) => outcome.status === "rejected" && outcome.reason === stopped),
    ).toBe(true);
  });

  it("accepts a time longer than timers support", async () => {
    expect(await withDeadline(deadline(Number.MAX_SAFE_INTEGER), async () => 7)).toBe(7);
  });
});

describe("systemClock", () => {
  it("sleeps, and its time passes", async () => {
    const before = systemClock.now();
    await systemClock.sleep(2);
    expect(systemClock.now()).toBeGreaterThan(before);
  });

  it("wakes when the signal fires", async () => {
    const controller = new AbortController();
    const sleep = modelErrorOf(systemClock.sleep(60_000, controller.signal));
    controller.abort();
    expect((await sleep).kind).toBe("aborted");
    expect((await modelErrorOf(systemClock.sleep(60_000, controller.signal))).kind).toBe("aborted");
  });
});
