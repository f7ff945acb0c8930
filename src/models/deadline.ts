import { onAbort } from "./clock.ts";

/**
 * What is on this machine already when the caller's signal fires was paid for: in this time it is read.
 * Longer would look as if Ctrl-C had not been heard.
 */
const lastWordMs = 20;

/**
 * Runs a task under a signal that fires with the caller's, or when the time is up. Settles then (in the
 * first case a moment later), even when the task does not listen to its signal.
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
    let lastWord: NodeJS.Timeout | undefined;
    const forget = onAbort(signal, () => {
      lastWord = setTimeout(() => end(aborted()), lastWordMs);
    });
    const settled = (): void => {
      clearTimeout(timer);
      clearTimeout(lastWord);
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
  /** The error when the time is up. */
  timedOut(): Error;
  /** The error when the caller's signal fired. */
  aborted(): Error;
}

const longestTimerMs = 2 ** 31 - 1;
