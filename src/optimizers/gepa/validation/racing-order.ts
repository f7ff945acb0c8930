import type { Example } from "../../../core/data/example.ts";
import type { Candidate } from "../../../core/prompt/candidate.ts";
import type { GepaSearch } from "../state.ts";

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
