import { type Clock, throwIfAborted } from "../../src/models/clock.ts";

/** Time that passes only in sleep, and then at once; `sleeps` says how long was slept. */
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
      // A real timer of no length: everything else that can run does so first.
      await new Promise((resolve) => setImmediate(resolve));
      now = Math.max(now, wakesAt);
      throwIfAborted(signal);
    },
  };
}
