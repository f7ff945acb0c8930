import type { Example } from "../../../core/data/example.ts";
import type { Candidate } from "../../../core/prompt/candidate.ts";
import { firstRows } from "../budget-checks.ts";
import type { GepaSearch } from "../state.ts";

// From this share of failures on, wins are everywhere, and a mixed prefix is most informative.
const manyFailures = 1 / 3;

/** The order in which challengers of one defender run the validation rows. */
export interface RowOrder {
  readonly defender: Candidate;
  readonly rows: readonly Example[];
  /** Rows that every challenger runs before the first check. */
  readonly firstBlock: number;
  /** True if the defender fails so often that failures and successes are mixed. */
  readonly isMixed: boolean;
}

/** The row order of the leader, which has run on all rows. */
export function openRowOrder(search: GepaSearch): RowOrder {
  const { cards, leader, options, task } = search;
  const failures = task.validation.filter((row) => (cards.score(leader.id, row) ?? 1) < 1).length;
  const isMixed = failures >= task.validation.length * manyFailures;
  const rows = racingOrder(search, leader, isMixed);
  const most = firstRows(search);
  // Beyond the defender's failures there is nothing to win.
  const least = options.validation === "full" ? most : Math.min(options.block_size, most);
  return { defender: leader, rows, isMixed, firstBlock: Math.max(least, Math.min(most, failures)) };
}

/** Runs a challenger on the first rows. */
export async function runFirstBlock(
  { cards }: GepaSearch,
  rowOrder: RowOrder,
  challenger: Candidate,
  rows: number,
): Promise<void> {
  await cards.measure(challenger, rowOrder.rows.slice(0, rows));
}

/**
 * Validation rows in the order challengers run them. If mixed, the defender's failures and successes are
 * interleaved in proportion, so that any prefix is a representative sample. Otherwise its failures come
 * first: a challenger can only win there, and without wins it need not run the rest.
 */
export function racingOrder(search: GepaSearch, defender: Candidate, isMixed: boolean): readonly Example[] {
  const { cards } = search;
  const rows = byInformation(search);
  const isFailure = (row: Example) => (cards.score(defender.id, row) ?? 1) < 1;
  const failures = rows.filter(isFailure);
  const successes = rows.filter((row) => !isFailure(row));
  return isMixed ? mixed(failures, successes) : [...failures, ...successes];
}

/** Rows on which the members differ most come first; the others are solved, or unsolvable, for all. */
function byInformation({ cards, task, members, lab }: GepaSearch): readonly Example[] {
  const spreads = new Map(
    task.validation.map((row) => [row.id, variance(members.flatMap(({ id }) => cards.score(id, row) ?? []))]),
  );
  return lab.random
    .fork("racing order")
    .shuffle(task.validation)
    .sort((one, other) => (spreads.get(other.id) ?? 0) - (spreads.get(one.id) ?? 0));
}

function variance(values: readonly number[]): number {
  const count = Math.max(1, values.length);
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
}

/** Interleaves both lists in proportion to their lengths, keeping their order. */
function mixed<T>(some: readonly T[], others: readonly T[]): readonly T[] {
  const place = (list: readonly T[]) => list.map((item, at) => ({ item, at: (at + 0.5) / list.length }));
  return [...place(some), ...place(others)].sort((one, other) => one.at - other.at).map(({ item }) => item);
}
