import { onAbort } from "./on-abort.ts";

/**
 * Runs a task under a signal that fires with the caller's, or when the time is up. Settles at once
 * then, even when the task does not listen to its signal.
 */
export function withDeadline<Result>(
  { timeoutMs, signal, timedOut, aborted }: Deadline,
  task: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(aborted());
    const controller = new AbortController();
    const end = (error: Error): void => {
      reject(error);
      controller.abort(error);
    };
    const timer = setTimeout(() => end(timedOut()), Math.min(timeoutMs, longestTimerMs));
    const forget = onAbort(signal, () => end(aborted()));
    const settled = (): void => {
      clearTimeout(timer);
      forget();
    };
    task(controller.signal).then(
      (result) => {
        settled();
        resolve(result);
      },
      (error: unknown) => {
        settled();
        reject(error);
      },
    );
  });
}

export interface Deadline {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** The error when the time is up. */
  timedOut(): Error;
  /** The error when the caller's signal fired. */
  aborted(): Error;
}

const longestTimerMs = 2 ** 31 - 1;
