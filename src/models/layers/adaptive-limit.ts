import pLimit from "p-limit";

/** How many calls of one model run at once; falls when the provider says "too many", and recovers. */
export interface AdaptiveLimit {
  /** In the order of asking. */
  run<Result>(task: (slot: CallSlot) => Promise<Result>): Promise<Result>;
  readonly current: number;
}

/** To be told how the call went. */
export interface CallSlot {
  answered(): void;
  tooMany(): void;
}

/** Answers in a row that let one more call in. */
const longestProbation = 8;

/**
 * Additive increase, multiplicative decrease (Chiu and Jain 1989). Calls already on their way when
 * the limit was halved belong to the same burst: their refusals do not halve it again.
 */
export function createAdaptiveLimit(ceiling: number): AdaptiveLimit {
  const slots = pLimit(ceiling);
  let started = 0;
  let halvedAt = 0;
  let inARow = 0;

  const setLimit = (limit: number): void => {
    slots.concurrency = limit;
    inARow = 0;
  };
  const slot = (serial: number): CallSlot => ({
    answered() {
      if (slots.concurrency >= ceiling) return;
      inARow++;
      if (inARow >= Math.min(slots.concurrency, longestProbation)) setLimit(slots.concurrency + 1);
    },
    tooMany() {
      if (serial <= halvedAt) return;
      halvedAt = started;
      // A limit far above what is in use would be halved without effect.
      setLimit(Math.max(1, Math.floor(Math.min(slots.concurrency, slots.activeCount) / 2)));
    },
  });
  return {
    run: (task) =>
      slots(() => {
        started++;
        return task(slot(started));
      }),
    get current() {
      return slots.concurrency;
    },
  };
}
