import type { Candidate } from "../../core/candidate.ts";
import type { Example } from "../../core/example.ts";
import { firstRows } from "./afford.ts";
import { racingOrder } from "./racing-order.ts";
import type { Search } from "./state.ts";

/** The validation rows as challengers of one defender run them. */
export interface Course {
  readonly defender: Candidate;
  readonly rows: readonly Example[];
  /** Rows every challenger runs before any is looked at. */
  readonly firstBlock: number;
}

/** The leader's course: it has run on all rows already. */
export function openCourse(search: Search): Course {
  const { cards, leader, options } = search;
  const rows = racingOrder(search, leader);
  const failures = rows.filter((row) => (cards.score(leader.id, row) ?? 0) < 1).length;
  const most = firstRows(search);
  // Beyond the defender's failures there is nothing to win, so nothing to look for first.
  const least = options.validation === "full" ? most : Math.min(options.block_size, most);
  return { defender: leader, rows, firstBlock: Math.max(least, Math.min(most, failures)) };
}

/** Runs a challenger on the first rows of a course. */
export async function runCourse(
  { cards }: Search,
  course: Course,
  challenger: Candidate,
  rows: number,
): Promise<void> {
  await cards.measure(challenger, course.rows.slice(0, rows));
}
