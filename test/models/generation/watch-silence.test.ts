import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { watchSilence } from "../../../src/models/generation/watch-silence.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the watch over silence", () => {
  it("fires after too long a silence, with a timeout error", () => {
    const watch = watchSilence(60_000, undefined);
    vi.advanceTimersByTime(59_999);
    watch.active();
    vi.advanceTimersByTime(59_999);
    expect(watch.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(watch.signal.aborted).toBe(true);
    expect(watch.timedOut()).toMatchObject({
      kind: "timeout",
      message: "no data from the model for 60 s",
    });
  });

  it("does not count the time of a slow reader", () => {
    const watch = watchSilence(1000, undefined);
    watch.rest();
    vi.advanceTimersByTime(10_000);
    expect(watch.signal.aborted).toBe(false);
    watch.active();
    vi.advanceTimersByTime(1000);
    expect(watch.signal.aborted).toBe(true);
  });

  it("fires with the caller's signal, which is not a silence, and not after its end", () => {
    const caller = new AbortController();
    const watch = watchSilence(1000, caller.signal);
    const ended = watchSilence(1000, caller.signal);
    ended.end();
    caller.abort();
    expect([watch.signal.aborted, watch.timedOut()]).toEqual([true, undefined]);
    vi.advanceTimersByTime(5000);
    expect([ended.signal.aborted, watch.timedOut()]).toEqual([false, undefined]);
    expect(watchSilence(1000, caller.signal).signal.aborted).toBe(true);
  });
});
