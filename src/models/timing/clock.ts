import { abortedError } from "./aborted.ts";
import { onAbort } from "./on-abort.ts";

/** Time as a value, so that waiting can be tested without waiting. */
export interface Clock {
  /** Milliseconds since some fixed point; never runs backwards. */
  now(): number;
  /** Rejects with ModelError `aborted` as soon as the signal fires. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = Object.freeze({
  now: () => performance.now(),
  sleep: (durationMs: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted === true) return reject(abortedError());
      const timer = setTimeout(() => {
        forget();
        resolve();
      }, durationMs);
      const forget = onAbort(signal, () => {
        clearTimeout(timer);
        reject(abortedError());
      });
    }),
});
