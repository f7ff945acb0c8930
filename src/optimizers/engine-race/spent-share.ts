import type { BudgetView } from "../../contracts/optimizer.ts";

/**
 * What has been spent since the gauge was made, as a share (0 … 1) of what was left then. Always 0
 * without a budget.
 */
export interface SpentShare {
  readonly spent: number;
  /** Calls left when the gauge was made; Infinity without a cap on calls. */
  readonly callsAtStart: number;
  /** Share of the whole budget that was left when the gauge was made. */
  readonly shareAtStart: number;
  /** False when nothing bounds the search but its steps. */
  readonly isBounded: boolean;
}

export function openSpentShare(budget: BudgetView): SpentShare {
  const callsAtStart = budget.callsLeft;
  const shareAtStart = 1 - budget.spentShare;
  const hasCalls = Number.isFinite(callsAtStart);
  return {
    callsAtStart,
    shareAtStart,
    get isBounded() {
      return hasCalls || budget.spentShare > 0;
    },
    get spent() {
      const byCalls = hasCalls && callsAtStart > 0 ? 1 - budget.callsLeft / callsAtStart : 0;
      const byShare = shareAtStart > 0 ? 1 - (1 - budget.spentShare) / shareAtStart : 1;
      return Math.max(byCalls, byShare);
    },
  };
}
