import type { ScorerError } from "../../core/errors.ts";

/** The time one scoring may take. */
export interface Watch {
  /** Rejects when time is up; never resolves. */
  readonly expired: Promise<never>;
  pause(): void;
  /** Starts over: after waiting for the judge, a scorer has all its time again. */
  resume(): void;
  /** Ends the watch, and runs what `onStop` was given. */
  stop(): void;
  onStop(undo: () => void): void;
}

export function createWatch(timeoutMs: number, error: () => ScorerError): Watch {
  const undoes: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let expire: (error: ScorerError) => void = () => {};
  const expired = new Promise<never>((_resolve, reject) => {
    expire = reject;
  });
  expired.catch(() => {});
  const pause = () => clearTimeout(timer);
  const resume = () => {
    pause();
    if (isStopped) return;
    timer = setTimeout(() => expire(error()), timeoutMs);
  };
  resume();
  return {
    expired,
    pause,
    resume,
    stop() {
      isStopped = true;
      pause();
      for (const undo of undoes) undo();
    },
    onStop(undo) {
      undoes.push(undo);
    },
  };
}
