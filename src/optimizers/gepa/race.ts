import type { Candidate } from "../../core/candidate.ts";
import { settleAll } from "../settle-all.ts";
import { missingRows, spareRollouts } from "./afford.ts";
import { type Course, runCourse } from "./course.ts";
import { differencesOn, sumOf } from "./differences.ts";
import { outlook } from "./outlook.ts";
import { improvementPValue } from "./paired-test.ts";
import type { Search } from "./state.ts";

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
export async function race(
  search: Search,
  course: Course,
  challengers: readonly Candidate[],
  oneAtATime: boolean,
): Promise<readonly RaceResult[]> {
  const results: RaceResult[] = [];
  let running: Runner[] = challengers.map((challenger) => ({ challenger, rows: course.firstBlock }));
  let moving: readonly Runner[] = running;
  while (moving.length > 0) {
    await settleAll(moving.map(({ challenger, rows }) => runCourse(search, course, challenger, rows)));
    for (const { challenger, rows } of moving) {
      const standing = outlook(search, course, challenger, rows);
      if (standing === "open") continue;
      results.push({ challenger, rows, end: standing === "won" ? "better" : "not_better" });
    }
    const ended = new Set(results.map(({ challenger }) => challenger));
    running = running.filter(({ challenger }) => !ended.has(challenger));
    if (oneAtATime && results.some(({ end }) => end === "better")) break;
    moving = oneAtATime ? mostPromising(search, course, running) : running;
    if (moving.some(({ challenger }) => spareRollouts(search) < missingRows(search, challenger))) {
      return [...results, ...running.map((runner) => ({ ...runner, end: "unaffordable" as const }))];
    }
    for (const runner of moving) runner.rows = nextStop(search, course, runner);
  }
  return [...results, ...running.map((runner) => ({ ...runner, end: "overtaken" as const }))];
}

/**
 * The runner with the largest lead. Among equals the one that says most where much is still to be
 * said, and else the shortest, since what brings no lead is filler.
 */
function mostPromising(search: Search, course: Course, running: readonly Runner[]): readonly Runner[] {
  const lead = ({ challenger, rows }: Runner) =>
    sumOf(differencesOn(search.cards, challenger, course.defender, course.rows.slice(0, rows)));
  const [first] = [...running].sort(
    (one, other) =>
      lead(other) - lead(one) ||
      (one.challenger.promptTokens - other.challenger.promptTokens) * (course.isMixed ? -1 : 1),
  );
  return first === undefined ? [] : [first];
}

/** The rows of the next look. Who is far ahead will run to the end, and need not be looked at on the way. */
function nextStop(
  { cards, options }: Search,
  { defender, rows }: Course,
  { challenger, rows: done }: Runner,
): number {
  const differences = differencesOn(cards, challenger, defender, rows.slice(0, done));
  if (improvementPValue(differences) <= surelyAhead) return rows.length;
  return Math.min(rows.length, done + Math.max(options.block_size, Math.floor(done * blockGrowth)));
}
