import { onAbort } from "./clock.ts";

/**
 * When the caller's signal fires, data that has already arrived was paid for; this is the time allowed to read
 * it. A longer wait would make Ctrl-C look unresponsive.
 */
const abortGraceMs = 20;

/**
 * Runs a task with a signal that fires on timeout or when the caller's signal fires. Settles then (after a short
 * grace period if the caller aborted) even if the task ignores its signal.
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
    let graceTimer: NodeJS.Timeout | undefined;
    const forget = onAbort(signal, () => {
      graceTimer = setTimeout(() => end(aborted()), abortGraceMs);
    });
    const settled = (): void => {
      clearTimeout(timer);
      clearTimeout(graceTimer);
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

interface Deadline {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Creates the error for a timeout. */
  timedOut(): Error;
  /** Creates the error for an abort by the caller. */
  aborted(): Error;
}

const longestTimerMs = 2 ** 31 - 1;
