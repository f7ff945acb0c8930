import type { LanguageModel } from "../contracts/language-model.ts";
import { type ErrorDetails, ModelError, type ScorerError } from "../core/errors.ts";

/** A judge that pauses the scorer's clock while it works and counts calls. */
interface WatchedJudge {
  readonly model: LanguageModel;
  /** The first failed call, even if the scorer handled it. */
  failure(): unknown;
  /** The first failure that no scorer may turn into a score: a spent budget, a wrong key, an abort. */
  fatalFailure(): unknown;
}

export function watchJudge(judge: LanguageModel, mostCalls: number, watch: Watch, fail: Fail): WatchedJudge {
  let calls = 0;
  let waiting = 0;
  const failures: unknown[] = [];
  const model: LanguageModel = {
    provider: judge.provider,
    modelId: judge.modelId,
    async complete(request) {
      calls++;
      waiting++;
      watch.pause();
      try {
        if (calls > mostCalls) throw tooManyCalls(mostCalls, fail);
        return await judge.complete(request);
      } catch (failure) {
        failures.push(failure);
        throw failure;
      } finally {
        waiting--;
        if (waiting === 0) watch.resume();
      }
    },
  };
  return {
    model,
    failure: () => failures[0],
    fatalFailure: () => failures.find((failure) => !isRecoverable(failure)),
  };
}

function isRecoverable(failure: unknown): boolean {
  return failure instanceof ModelError && !failure.endsRun;
}

function tooManyCalls(mostCalls: number, fail: Fail) {
  return fail(`called the judge more often than declared (at most ${mostCalls})`, {
    hint: "declare judgeCalls: { usual, most } on the scorer; their cost is reserved in advance",
  });
}

/** The time limit of one score. */
export interface Watch {
  /** Rejects on timeout; never resolves. */
  readonly expired: Promise<never>;
  pause(): void;
  /** Restarts the timer: after a judge call, a scorer has its full time again. */
  resume(): void;
  /** Ends the watch and runs the `onStop` callback. */
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

/** Creates the error of one scorer on one row; `what` follows the scorer's name. */
export type Fail = (what: string, details?: ErrorDetails) => ScorerError;
