import type { Candidate } from "../../core/candidate.ts";
import { isImprovement } from "./accept.ts";
import type { Course } from "./course.ts";
import { type Differences, differencesOn, sumOf } from "./differences.ts";
import type { Search } from "./state.ts";

// One-sided 95 %: a challenger whose mean is that surely below the defender's has lost.
const lostZ = 1.65;
const fewestToLose = 4;

export type Outlook = "won" | "open" | "lost";

/** How a race stands after a number of rows of the course. */
export function outlook(search: Search, course: Course, challenger: Candidate, done: number): Outlook {
  const { cards, options } = search;
  const differences = differencesOn(cards, challenger, course.defender, course.rows.slice(0, done));
  if (done >= course.rows.length) return isImprovement(differences, options) ? "won" : "lost";
  return isLost(differences) || !isImprovement(hopedFor(search, course, challenger, done), options)
    ? "lost"
    : "open";
}

/**
 * The differences if the rows to come go as well as the rows so far make believable: nothing more is
 * lost, and of the rows that leave room above the defender a share is won that two wins more would give.
 */
function hopedFor(
  { cards }: Search,
  { defender, rows }: Course,
  challenger: Candidate,
  done: number,
): Differences {
  // A row that the defender has no score on can be won by nobody.
  const room = (row: (typeof rows)[number]) => 1 - (cards.score(defender.id, row) ?? 1);
  const seen = rows.slice(0, done);
  const differences = differencesOn(cards, challenger, defender, seen);
  const gains = differences.filter((difference) => difference > 0);
  const tried = seen.filter((row) => room(row) > 0).length;
  const rest = rows
    .slice(done)
    .map(room)
    .filter((gain) => gain > 0);
  const wins = Math.min(rest.length, Math.round((rest.length * (gains.length + 2)) / (tried + 2)));
  const gain = mean(gains.length > 0 ? gains : rest);
  return [...differences, ...Array.from({ length: wins }, () => gain)];
}

function isLost(differences: Differences): boolean {
  const count = differences.length;
  const middle = mean(differences);
  const variance =
    differences.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, count - 1);
  return count >= fewestToLose && middle + lostZ * Math.sqrt(variance / count) < 0;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sumOf(values) / values.length;
}
