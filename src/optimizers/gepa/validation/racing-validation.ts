import type { Candidate } from "../../../core/prompt/candidate.ts";
import { settleAll } from "../../search/settle-all.ts";
import { missingRows, spareRollouts } from "../budget-checks.ts";
import type { GepaSearch } from "../state.ts";
import { differencesOn, totalDifference } from "./differences.ts";
import { improvementPValue } from "./paired-test.ts";
import { raceStatus } from "./race-status.ts";
import { type RowOrder, runFirstBlock } from "./row-order.ts";

/** How one challenger ended. */
export interface RaceResult {
  readonly challenger: Candidate;
  /** `overtaken`: dropped while it could still have won, because another one won first. */
  readonly end: "better" | "not_better" | "overtaken" | "unaffordable";
  /** Rows of the course it ran. */
  readonly rows: number;
}

interface Runner {
  readonly challenger: Candidate;
  rows: number;
}

// Later blocks grow with the rows done, so that a long race has few rounds.
const blockGrowth = 1;
const surelyAhead = 0.02;

/**
 * Runs challengers over a course, block by block. Who has lost drops out. With `oneAtATime` only the
 * most promising one goes on, and the first to win ends the race; else all go on to their own ends.
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
 * The runner with the largest lead. Among equals the one that says most where much is still to be
 * said, and else the shortest, since what brings no lead is filler.
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

/** The rows of the next look. Who is far ahead will run to the end, and need not be looked at on the way. */
function nextStop(
  { cards, options }: GepaSearch,
  { defender, rows }: RowOrder,
  { challenger, rows: done }: Runner,
): number {
  const differences = differencesOn(cards, challenger, defender, rows.slice(0, done));
  if (improvementPValue(differences) <= surelyAhead) return rows.length;
  return Math.min(rows.length, done + Math.max(options.block_size, Math.floor(done * blockGrowth)));
}
