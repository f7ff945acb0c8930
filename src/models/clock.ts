import { ModelError } from "../core/errors.ts";

const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back once when the signal fires; the returned function removes the callback. One signal stops a whole run
 * with thousands of pending calls, so they share one listener: adding a listener takes time proportional to the
 * existing ones, and Node warns at eleven.
 */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal === undefined) return () => undefined;
  const waiting = listeners.get(signal) ?? listen(signal);
  waiting.add(callback);
  return () => waiting.delete(callback);
}

function listen(signal: AbortSignal): Set<() => void> {
  const waiting = new Set<() => void>();
  listeners.set(signal, waiting);
  signal.addEventListener(
    "abort",
    () => {
      for (const callback of waiting) callback();
      waiting.clear();
    },
    { once: true },
  );
  return waiting;
}

/** Clock that tests can replace to avoid real waits. */
export interface Clock {
  /** Monotonic milliseconds since an arbitrary point. */
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

export function abortedError(): ModelError {
  return new ModelError("the call was stopped before an answer came", { kind: "aborted" });
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw abortedError();
}
