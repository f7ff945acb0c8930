import type { Candidate } from "../../../core/prompt/candidate.ts";
import { isImprovement } from "../accept.ts";
import type { GepaSearch } from "../state.ts";
import { type Differences, differencesOn, totalDifference } from "./differences.ts";
import type { RowOrder } from "./row-order.ts";

// One-sided 95 %: a challenger whose mean is that surely below the defender's has lost.
const lostZ = 1.65;
const fewestToLose = 4;

export type RaceStatus = "won" | "open" | "lost";

/** How a race stands after a number of rows of the course. */
export function raceStatus(
  search: GepaSearch,
  rowOrder: RowOrder,
  challenger: Candidate,
  done: number,
): RaceStatus {
  const { cards, options } = search;
  const differences = differencesOn(cards, challenger, rowOrder.defender, rowOrder.rows.slice(0, done));
  if (done >= rowOrder.rows.length) return isImprovement(differences, options) ? "won" : "lost";
  return isLost(differences) || !isImprovement(hopedFor(search, rowOrder, challenger, done), options)
    ? "lost"
    : "open";
}

/**
 * The differences if the rows to come go as well as the rows so far make believable: nothing more is
 * lost, and of the rows that leave room above the defender a share is won that two wins more would give.
 */
function hopedFor(
  { cards }: GepaSearch,
  { defender, rows }: RowOrder,
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
  return values.length === 0 ? 0 : totalDifference(values) / values.length;
}
