import { abortedError } from "./aborted.ts";

/**
 * Runs a task under a signal that fires with the caller's, or when the time is up. Settles at once
 * then, even when the task does not listen to its signal.
 */
export function withDeadline<Result>(
  { timeoutMs, signal, timedOut }: Deadline,
  task: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const end = (error: Error): void => {
      reject(error);
      controller.abort(error);
    };
    const onAbort = (): void => end(abortedError());
    if (signal?.aborted === true) return onAbort();
    const timer = setTimeout(() => end(timedOut()), Math.min(timeoutMs, longestTimerMs));
    signal?.addEventListener("abort", onAbort, { once: true });
    task(controller.signal)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      });
  });
}

export interface Deadline {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** The error when the time is up. */
  timedOut(): Error;
}

const longestTimerMs = 2 ** 31 - 1;
