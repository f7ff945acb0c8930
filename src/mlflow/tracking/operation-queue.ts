import { thrownReason } from "../../core/errors.ts";
import { MlflowError } from "../mlflow-error.ts";

/** Something to be sent. */
export interface Operation {
  /** `metric`, `artifact` …, as it is called when it is lost. */
  readonly what: string;
  readonly bytes: number;
  /** Waits for everything else once the queue is closing: an artifact, which may take all the time there is. */
  readonly isLast: boolean;
  /** Resolves to how many things were sent. Called again after a failure that may pass. */
  send(signal: AbortSignal): Promise<number>;
  /** Gives it up. How many things were not sent. */
  drop(): number;
}

/** What was not sent, and why. */
export interface TrackingLoss {
  readonly what: string;
  readonly reason: string;
  readonly count: number;
}

export interface QueueLimits {
  readonly maxOperations: number;
  readonly maxBytes: number;
  readonly retryDelayMs: number;
}

/** Sends operations one after the other, in the background. Never throws, and holds no more than its limits. */
export interface OperationQueue {
  add(operation: Operation): void;
  lose(what: string, count: number, reason: string): void;
  /** Resolves when everything is sent or lost, after the time at the latest. What is added later is lost. */
  close(timeoutMs: number): Promise<void>;
  readonly sent: number;
  readonly losses: readonly TrackingLoss[];
}

const longestDelayMs = 30_000;
const outOfTime = "there was no time left to send it";

export function createOperationQueue(limits: QueueLimits): OperationQueue {
  const waiting: Operation[] = [];
  const losses = new Map<string, TrackingLoss>();
  const stop = new AbortController();
  let [bytes, sent] = [0, 0];
  let isClosing = false;
  let working: Promise<void> | undefined;
  let wake: (() => void) | undefined;
  /** Of the failure that is waited out. */
  let reason: string | undefined;

  function lose(what: string, count: number, because: string): void {
    if (count === 0) return;
    const key = `${what}\n${because}`;
    losses.set(key, { what, reason: because, count: (losses.get(key)?.count ?? 0) + count });
  }

  function take(): Operation | undefined {
    const at = isClosing ? waiting.findIndex(({ isLast }) => !isLast) : 0;
    const [operation] = waiting.splice(Math.max(at, 0), 1);
    bytes -= operation?.bytes ?? 0;
    return operation;
  }

  function loseAll(because: string): void {
    for (const operation of waiting.splice(0)) lose(operation.what, operation.drop(), because);
    bytes = 0;
  }

  /** Sends one until it is sent or refused. False: there is no use in sending others. */
  async function deliver(operation: Operation): Promise<boolean> {
    for (let attempt = 0; ; attempt++) {
      try {
        sent += await operation.send(stop.signal);
        reason = undefined;
        return true;
      } catch (error) {
        const isStopped = stop.signal.aborted;
        const isPassing = error instanceof MlflowError && error.isPassing && !isStopped;
        const because = isStopped ? (reason ?? outOfTime) : thrownReason(error);
        // A server that is not there will not come back within seconds.
        const isGone = isPassing && isClosing && error.kind === "unreachable" && attempt > 0;
        if (!isPassing || isGone) {
          lose(operation.what, operation.drop(), because);
          reason = isGone ? because : reason;
          return !isStopped && !isGone;
        }
        reason = because;
        await rest(Math.min(limits.retryDelayMs * 2 ** attempt, longestDelayMs));
      }
    }
  }

  /** Ends early when the queue is closed or stopped. The timer keeps no process alive. */
  function rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        wake = undefined;
        resolve();
      };
      const timer = isClosing
        ? setTimeout(done, Math.min(ms, limits.retryDelayMs))
        : setTimeout(done, ms).unref();
      wake = done;
    });
  }

  async function work(): Promise<void> {
    // The caller goes on first.
    await Promise.resolve();
    for (let operation = take(); operation !== undefined; operation = take()) {
      if (!(await deliver(operation))) loseAll(reason ?? outOfTime);
    }
    working = undefined;
  }

  return {
    lose,
    add(operation) {
      const isFull = waiting.length >= limits.maxOperations || bytes + operation.bytes > limits.maxBytes;
      if (isClosing || isFull) {
        const full = reason === undefined ? "the queue was full" : `the queue was full: ${reason}`;
        lose(operation.what, operation.drop(), isClosing ? "tracking was closed" : full);
        return;
      }
      waiting.push(operation);
      bytes += operation.bytes;
      working ??= work();
    },
    async close(timeoutMs) {
      isClosing = true;
      wake?.();
      const timer = setTimeout(() => {
        stop.abort();
        wake?.();
      }, timeoutMs);
      await working;
      clearTimeout(timer);
    },
    get sent() {
      return sent;
    },
    get losses() {
      return [...losses.values()];
    },
  };
}
