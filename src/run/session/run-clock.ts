import type { WallClock } from "./run-context.ts";

/**
 * Time as the run has it: on resume it jumps, with each answer taken out of the journal, to the moment that
 * answer came in the session before, and goes on from the last one. Time between sessions does not count.
 */
export interface RunClock {
  elapsedMs(): number;
  /** An answer of the journal was used; it had come so late in the run. */
  moveTo(elapsedMs: number): void;
}

export function createRunClock(clock: Pick<WallClock, "monotonicMs">): RunClock {
  let originMs = clock.monotonicMs();
  const elapsedMs = () => clock.monotonicMs() - originMs;
  return {
    elapsedMs,
    moveTo(recordedMs) {
      originMs -= Math.max(0, recordedMs - elapsedMs());
    },
  };
}
