import type { Candidate } from "../../../core/prompt/candidate.ts";
import {
  type Differences,
  differencesOn,
  improvementPValue,
  totalDifference,
} from "../../search/differences.ts";
import { settleAll } from "../../search/settle-all.ts";
import { missingRows, spareRollouts } from "../budget-checks.ts";
import type { GepaOptions } from "../options.ts";
import type { GepaSearch } from "../state.ts";
import { type RowOrder, runFirstBlock } from "./row-order.ts";

// One-sided 95 %: a challenger whose mean is below the defender's at this level has lost.
const lostZ = 1.65;
const fewestToLose = 4;

type RaceStatus = "won" | "open" | "lost";

/** The status of a race after a number of rows. */
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
 * Differences under an optimistic but plausible continuation: no further losses, and among the rows with room
 * above the defender, wins at the observed rate plus two.
 */
function hopedFor(
  { cards }: GepaSearch,
  { defender, rows }: RowOrder,
  challenger: Candidate,
  done: number,
): Differences {
  // A row without a defender score cannot be won.
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

/** The result of one challenger. */
export interface RaceResult {
  readonly challenger: Candidate;
  /** `overtaken`: dropped because another challenger won first. */
  readonly end: "better" | "not_better" | "overtaken" | "unaffordable";
  /** Number of rows it ran. */
  readonly rows: number;
}

interface Runner {
  readonly challenger: Candidate;
  rows: number;
}

// Later blocks grow with the rows done, to keep the number of rounds small.
const blockGrowth = 1;
const surelyAhead = 0.02;

/**
 * Runs challengers on the rows, block by block, and drops those that have lost. With `oneAtATime` only the
 * most promising one continues, and the first win ends the race; otherwise all run to their own ends.
 */
export async function raceChallengers(
  search: GepaSearch,
  rowOrder: RowOrder,
  challengers: readonly Candidate[],
  oneAtATime: boolean,
): Promise<readonly RaceResult[]> {
  const results: RaceResult[] = [];
  let running: Runner[] = challengers.map((challenger) => ({ challenger, rows: rowOrder.firstBlock }));
  let moving: readonly Runner[] = running;
  while (moving.length > 0) {
    await settleAll(moving.map(({ challenger, rows }) => runFirstBlock(search, rowOrder, challenger, rows)));
    for (const { challenger, rows } of moving) {
      const standing = raceStatus(search, rowOrder, challenger, rows);
      if (standing === "open") continue;
      results.push({ challenger, rows, end: standing === "won" ? "better" : "not_better" });
    }
    const ended = new Set(results.map(({ challenger }) => challenger));
    running = running.filter(({ challenger }) => !ended.has(challenger));
    if (oneAtATime && results.some(({ end }) => end === "better")) break;
    moving = oneAtATime ? mostPromising(search, rowOrder, running) : running;
    if (moving.some(({ challenger }) => spareRollouts(search) < missingRows(search, challenger))) {
      return [...results, ...running.map((runner) => ({ ...runner, end: "unaffordable" as const }))];
    }
    for (const runner of moving) runner.rows = nextStop(search, rowOrder, runner);
  }
  return [...results, ...running.map((runner) => ({ ...runner, end: "overtaken" as const }))];
}

/**
 * The running challenger with the largest lead. On ties, the longest text if many rows still fail, otherwise
 * the shortest, because text without a lead is filler.
 */
function mostPromising(
  search: GepaSearch,
  rowOrder: RowOrder,
  running: readonly Runner[],
): readonly Runner[] {
  const lead = ({ challenger, rows }: Runner) =>
    totalDifference(differencesOn(search.cards, challenger, rowOrder.defender, rowOrder.rows.slice(0, rows)));
  const [first] = [...running].sort(
    (one, other) =>
      lead(other) - lead(one) ||
      (one.challenger.promptTokens - other.challenger.promptTokens) * (rowOrder.isMixed ? -1 : 1),
  );
  return first === undefined ? [] : [first];
}

/** The number of rows before the next check. Challengers far ahead run to the end without further checks. */
function nextStop(
  { cards, options }: GepaSearch,
  { defender, rows }: RowOrder,
  { challenger, rows: done }: Runner,
): number {
  const differences = differencesOn(cards, challenger, defender, rows.slice(0, done));
  if (improvementPValue(differences) <= surelyAhead) return rows.length;
  return Math.min(rows.length, done + Math.max(options.block_size, Math.floor(done * blockGrowth)));
}

type AcceptanceRule = Pick<GepaOptions, "acceptance" | "error_level">;

/** True if a challenger's scores against the defender make it a member. */
export function isImprovement(
  differences: Differences,
  { acceptance, error_level }: AcceptanceRule,
): boolean {
  const sum = totalDifference(differences);
  switch (acceptance) {
    case "paired":
      return sum > 0 && improvementPValue(differences) <= error_level;
    case "strict_sum":
      return sum > 0;
    case "improvement_or_equal":
      return sum >= 0;
  }
}
