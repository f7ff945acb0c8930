import type { ReleaseQueue } from "../../support/release-queue.ts";
import type { SimulatedClock } from "../../support/simulated-lab.ts";
import { latencyOf } from "./conditions.ts";

/** How long the calls of a lab take. */
export interface Pace {
  /** Medians of the log-normal times before answers. */
  readonly answerMs: number;
  readonly reflectionMs: number;
  /** Calls in progress at most; Infinity for the longest chain of dependent calls. */
  readonly concurrency: number;
}

interface VirtualClock extends SimulatedClock {
  /** Milliseconds passed. */
  readonly now: number;
  /** Sum of the times of all calls so far, in milliseconds. */
  readonly sumMs: number;
}

interface Call {
  readonly ms: number;
  readonly finish: () => void;
}

/**
 * Time that passes only when the engine waits for an answer: the wall time of a search without its own work, without
 * waiting for it, and without the noise of a shared machine.
 */
export function createVirtualClock({ answerMs, reflectionMs, concurrency }: Pace): VirtualClock {
  const running: { readonly due: number; readonly finish: () => void }[] = [];
  const queued: Call[] = [];
  let queue: ReleaseQueue | undefined;
  let isTicking = false;
  let [now, sumMs] = [0, 0];

  const start = ({ ms, finish }: Call): void => {
    const due = now + ms;
    let at = running.length;
    while (at > 0 && (running[at - 1]?.due ?? 0) > due) at--;
    running.splice(at, 0, { due, finish });
  };
  const tick = (): void => {
    // The engine reacts to what has arrived before time goes on.
    if (queue?.isReleasing === true) {
      setImmediate(tick);
      return;
    }
    const next = running.shift();
    isTicking = next !== undefined;
    if (next === undefined) return;
    now = next.due;
    next.finish();
    const waiting = queued.shift();
    if (waiting !== undefined) start(waiting);
    setImmediate(tick);
  };
  return {
    pass(question, isReflection) {
      const ms = latencyOf({ latencyMs: isReflection ? reflectionMs : answerMs, faultRate: 0 }, question);
      sumMs += ms;
      if (!isTicking) {
        isTicking = true;
        setImmediate(tick);
      }
      return new Promise((finish) => {
        if (running.length < concurrency) start({ ms, finish });
        else queued.push({ ms, finish });
      });
    },
    follow(followed) {
      queue = followed;
    },
    get now() {
      return now;
    },
    get sumMs() {
      return sumMs;
    },
  };
}
