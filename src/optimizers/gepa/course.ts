import type { Candidate } from "../../core/candidate.ts";
import type { Example } from "../../core/example.ts";
import { settleAll } from "../settle-all.ts";
import { firstRows } from "./afford.ts";
import { isFairSample, racingOrder } from "./racing-order.ts";
import type { Search } from "./state.ts";

/** The validation rows as challengers of one defender run them. */
export interface Course {
  readonly defender: Candidate;
  readonly rows: readonly Example[];
  /** Rows every challenger runs before any is looked at. */
  readonly firstBlock: number;
  /** Any start of the rows is a fair sample, so a clear lead may end a race. */
  readonly isFair: boolean;
}

/** Unless the course may end early, the defender is measured in full first. */
export async function openCourse(search: Search, defender: Candidate): Promise<Course> {
  const { cards, options, task } = search;
  const isFull = options.validation === "full";
  const isFair = !isFull && isFairSample(search, defender);
  if (!isFair) await cards.measure(defender, task.validation);
  const rows = racingOrder(search, defender);
  const failures = rows.filter((row) => (cards.score(defender.id, row) ?? 0) < 1).length;
  const most = firstRows(search);
  const firstBlock = isFull ? most : Math.max(Math.min(options.block_size, most), Math.min(most, failures));
  return { defender, rows, isFair, firstBlock };
}

/** Runs a challenger, and the defender where it has not been, on the first rows of a course. */
export async function runCourse(
  { cards }: Search,
  course: Course,
  challenger: Candidate,
  rows: number,
): Promise<void> {
  const start = course.rows.slice(0, rows);
  await settleAll([cards.measure(challenger, start), cards.measure(course.defender, start)]);
}
