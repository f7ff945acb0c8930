import type { Example } from "../../../core/data/example.ts";
import type { Candidate } from "../../../core/prompt/candidate.ts";
import { firstRows } from "../budget-checks.ts";
import type { GepaSearch } from "../state.ts";

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

/**
 * Validation rows in the order challengers run them. Mixed, failures and successes of the defender are
 * dealt out in proportion, so that any start of the order is a fair sample. Else its failures come
 * first: only there can a challenger win, and without wins the rest need not be run.
 */
export function racingOrder(search: GepaSearch, defender: Candidate, isMixed: boolean): readonly Example[] {
  const { cards } = search;
  const rows = byInformation(search);
  const isFailure = (row: Example) => (cards.score(defender.id, row) ?? 1) < 1;
  const failures = rows.filter(isFailure);
  const successes = rows.filter((row) => !isFailure(row));
  return isMixed ? mixed(failures, successes) : [...failures, ...successes];
}

/** Rows on which the members differ most come first: the others are solved, or hopeless, for all. */
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

/** Both lists in their own order, dealt out in proportion to their lengths. */
function mixed<T>(some: readonly T[], others: readonly T[]): readonly T[] {
  const place = (list: readonly T[]) => list.map((item, at) => ({ item, at: (at + 0.5) / list.length }));
  return [...place(some), ...place(others)].sort((one, other) => one.at - other.at).map(({ item }) => item);
}
