import type { TraceLosses } from "../contracts/trace-store.ts";

/** Traces that a store lost, with the latest reason. */
export interface LossCount {
  losses(): TraceLosses;
  /** Never throws. */
  lose(count: number, reason: string): void;
}

export function createLossCount(onLoss: ((losses: TraceLosses) => void) | undefined): LossCount {
  let losses: TraceLosses = { count: 0 };
  return {
    losses: () => losses,
    lose(count, reason) {
      if (count === 0) return;
      losses = { count: losses.count + count, reason };
      try {
        onLoss?.(losses);
      } catch {
        // A failing listener must not break the application's call.
      }
    },
  };
}
