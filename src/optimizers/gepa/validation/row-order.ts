import type { Example } from "../../../core/data/example.ts";
import type { Candidate } from "../../../core/prompt/candidate.ts";
import { firstRows } from "../budget-checks.ts";
import type { GepaSearch } from "../state.ts";
import { racingOrder } from "./racing-order.ts";

// From this share of failures on, wins are found everywhere, and a mixed start says most.
const manyFailures = 1 / 3;

/** The validation rows as challengers of one defender run them. */
export interface RowOrder {
  readonly defender: Candidate;
  readonly rows: readonly Example[];
  /** Rows every challenger runs before any is looked at. */
  readonly firstBlock: number;
  /** The defender fails so often that failures and successes are mixed. */
  readonly isMixed: boolean;
}

/** The leader's course: it has run on all rows already. */
export function openRowOrder(search: GepaSearch): RowOrder {
  const { cards, leader, options, task } = search;
  const failures = task.validation.filter((row) => (cards.score(leader.id, row) ?? 1) < 1).length;
  const isMixed = failures >= task.validation.length * manyFailures;
  const rows = racingOrder(search, leader, isMixed);
  const most = firstRows(search);
  // Beyond the defender's failures there is nothing to win, so nothing to look for first.
  const least = options.validation === "full" ? most : Math.min(options.block_size, most);
  return { defender: leader, rows, isMixed, firstBlock: Math.max(least, Math.min(most, failures)) };
}

/** Runs a challenger on the first rows of a course. */
export async function runFirstBlock(
  { cards }: GepaSearch,
  rowOrder: RowOrder,
  challenger: Candidate,
  rows: number,
): Promise<void> {
  await cards.measure(challenger, rowOrder.rows.slice(0, rows));
}
