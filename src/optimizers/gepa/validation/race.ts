import type { Candidate } from "../../../core/prompt/candidate.ts";
import { type HalvingEnd, type HalvingRace, halvingRace, isOpen } from "../../search/halving-race.ts";
import { spareRollouts } from "../budget-checks.ts";
import type { GepaOptions } from "../options.ts";
import type { GepaSearch } from "../state.ts";
import type { RowOrder } from "./row-order.ts";

// The level at which the paired test accepts any positive sum.
const anyImprovement = 0.5;

/** Races challengers against the defender of a row order; one result per challenger, in their order. */
export function raceChallengers(
  search: GepaSearch,
  rowOrder: RowOrder,
  challengers: readonly Candidate[],
): Promise<readonly HalvingEnd[]> {
  return halvingRace(openRace(search, rowOrder, challengers));
}

/** True if a challenger that has run the first rows can still win. */
export function isPromising(search: GepaSearch, rowOrder: RowOrder, challenger: Candidate): boolean {
  return isOpen(openRace(search, rowOrder, [challenger]), challenger, rowOrder.firstBlock);
}

function openRace(
  search: GepaSearch,
  { defender, rows, firstBlock }: RowOrder,
  challengers: readonly Candidate[],
): HalvingRace {
  return {
    cards: search.cards,
    spending: {
      get rolloutsLeft() {
        return spareRollouts(search);
      },
    },
    leader: defender,
    challengers,
    rows,
    firstRows: firstBlock,
    errorLevel: errorLevelOf(search.options),
  };
}

/** Rules that compare sums apply to minibatches; on validation rows, such a search accepts any improvement. */
function errorLevelOf({ acceptance, error_level }: GepaOptions): number {
  return acceptance === "paired" ? error_level : anyImprovement;
}
