/**
 * Notices that the clock was set back, so that traces keep their order across it: what a trace's start must be
 * moved by to stand after what was started before it. Nothing as long as the clock runs on.
 */
export interface SetBackWatch {
  /** Milliseconds to add to the start of a trace that is handed over now. */
  offsetMs(startedMs: number, nowMs: number): number;
}

export function createSetBackWatch(): SetBackWatch {
  let lastMs = Number.NEGATIVE_INFINITY;
  let setBackMs = 0;
  let earlierSetBackMs = 0;
  /** What the clock said right after it had been set back. */
  let landedMs = Number.POSITIVE_INFINITY;
  return {
    offsetMs(startedMs, nowMs) {
      if (nowMs < lastMs) {
        earlierSetBackMs = setBackMs;
        setBackMs += lastMs - nowMs;
        landedMs = nowMs;
      }
      lastMs = nowMs;
      if (setBackMs === 0) return 0;
      // Later than now: it was begun before the clock was set back.
      if (startedMs > nowMs) return earlierSetBackMs;
      // A call begins before it is handed over: one that began shortly before the first look is of the new time too.
      return startedMs >= landedMs - setBackMs ? setBackMs : 0;
    },
  };
}
