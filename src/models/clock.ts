import { setTimeout as wait } from "node:timers/promises";
import { abortedError } from "./aborted.ts";

/** Time as a value, so that waiting can be tested without waiting. */
export interface Clock {
  /** Milliseconds since some fixed point; never runs backwards. */
  now(): number;
  /** Rejects with ModelError `aborted` as soon as the signal fires. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = Object.freeze({
  now: () => performance.now(),
  async sleep(durationMs: number, signal?: AbortSignal) {
    if (signal?.aborted === true) throw abortedError();
    await wait(durationMs, undefined, signal === undefined ? {} : { signal }).catch(() => {
      throw abortedError();
    });
  },
});
