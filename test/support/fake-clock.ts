import { type Clock, throwIfAborted } from "../../src/models/clock.ts";

/** Time passes only in `sleep`, and instantly; `sleeps` lists the durations. */
export interface FakeClock extends Clock {
  readonly sleeps: readonly number[];
  pass(durationMs: number): void;
}

export function createFakeClock(): FakeClock {
  const sleeps: number[] = [];
  let now = 0;
  return {
    sleeps,
    now: () => now,
    pass(durationMs) {
      now += durationMs;
    },
    async sleep(durationMs, signal) {
      throwIfAborted(signal);
      sleeps.push(durationMs);
      const wakesAt = now + durationMs;
      // A real timer without delay: everything else that is ready runs first.
      await new Promise((resolve) => setImmediate(resolve));
      now = Math.max(now, wakesAt);
      throwIfAborted(signal);
    },
  };
}
