import type { Example } from "../../core/data/example.ts";
import { improvementPValue } from "../search/differences.ts";
import { type Champion, measureBest, measureIfPaid } from "./champion.ts";
import type { Contender } from "./contender.ts";
import type { SharedMeasurements } from "./shared-measurements.ts";
import type { Race } from "./state.ts";

/** A contender with its best candidate. */
export interface EngineStanding {
  readonly contender: Contender;
  readonly champion: Champion;
}

/** A challenger after a rung, compared with the leader. */
interface Ranked extends EngineStanding, Comparison {}

// On fewer rows even a clean sweep is not significant.
const fewestRows = 4;
// A challenger whose lead is not significant runs further blocks together with the leader.
const blockSize = 4;
const mostTimesLonger = 3;

/**
 * Ranks the challengers, best first. The leader's own candidate runs only if a challenger beat the shared
 * starting prompt, and only on as many rows as the exploration budget covers.
 */
export async function rankChallengers(
  race: Race,
  leader: Contender,
  standings: readonly EngineStanding[],
  rows: readonly Example[],
): Promise<readonly Ranked[]> {
  const start = { candidate: race.task.seed, tried: 1 };
  const againstStart = compareAll(race, standings, [start], rows);
  const isAnyPromising = againstStart.some(({ lead }) => lead > 0);
  const common = rows.slice(0, rowsPaid(race, leader));
  if (!isAnyPromising || common.length < fewestRows) {
    emitRanks(race, "the original prompt", againstStart);
    return againstStart.map((one) => ({ ...one, verdict: "open" }));
  }
  const champion = await measureBest(race, leader, common);
  // The leader can fall back on the prompt it started from.
  const defenders = champion === undefined ? [start] : [champion, start];
  const [best, ...others] = compareAll(race, standings, defenders, common);
  if (best === undefined) return [];
  const ranked = [await runOn(race, best, defenders, common.length, standings.length), ...others];
  emitRanks(race, leader.name, ranked);
  return ranked;
}

function compareAll(
  { measurements, options }: Race,
  standings: readonly EngineStanding[],
  defenders: readonly Champion[],
  rows: readonly Example[],
): readonly Ranked[] {
  const how = { errorLevel: options.error_level, challengers: standings.length };
  return standings
    .map((one) => ({ ...one, ...compareChampions(measurements, one.champion, defenders, rows, how) }))
    .sort((one, other) => other.lowerBound - one.lowerBound);
}

/** Runs a challenger and its defenders on further rows while it is ahead and the lead is not significant. */
async function runOn(
  race: Race,
  challenger: Ranked,
  defenders: readonly Champion[],
  rowsDone: number,
  challengers: number,
): Promise<Ranked> {
  const how = { errorLevel: race.options.error_level, challengers };
  const most = Math.min(race.rows.length, mostTimesLonger * race.options.rows);
  let now = challenger;
  for (let done = rowsDone; now.verdict === "open" && now.lead > 0 && done < most; ) {
    done = Math.min(most, done + blockSize);
    const rows = race.rows.slice(0, done);
    for (const { candidate } of [challenger.champion, ...defenders])
      await measureIfPaid(race, candidate, rows);
    now = { ...now, ...compareChampions(race.measurements, challenger.champion, defenders, rows, how) };
  }
  return now;
}

/** Number of rows that the rest of the exploration budget covers. */
function rowsPaid({ spending, options }: Race, leader: Contender): number {
  if (!Number.isFinite(spending.callsAtStart)) return Number.POSITIVE_INFINITY;
  const explored = spending.spent - leader.spent;
  // Shares of calls are whole numbers except for rounding.
  return Math.floor(Math.max(0, options.exploration - explored) * spending.callsAtStart + 1e-9);
}

function emitRanks({ lab }: Race, against: string, ranked: readonly Ranked[]): void {
  for (const { contender, lead, rows, verdict } of ranked) {
    lab.emit({
      type: "engine-note",
      message: `${contender.name} against ${against}: ahead by ${Number(lead.toFixed(2))} on ${rows} validation rows`,
      details: { verdict },
    });
  }
}

/** A challenger's champion compared with its defenders on the same rows. */
interface Comparison {
  /** Sum of its scores minus that of the strongest defender. */
  readonly lead: number;
  /** Rows scored on both sides. */
  readonly rows: number;
  /** better: than all defenders; worse: than at least one. */
  readonly verdict: "better" | "open" | "worse";
  /** Lower end of a one-sided 84 % interval of the mean difference. Survivors are chosen by it. */
  readonly lowerBound: number;
}

/**
 * The lead changes only on a significant paired test. The error level is divided by the number of candidates
 * a champion was chosen from and by the number of challengers.
 */
export function compareChampions(
  measurements: SharedMeasurements,
  challenger: Champion,
  defenders: readonly Champion[],
  rows: readonly Example[],
  how: { readonly errorLevel: number; readonly challengers: number },
): Comparison {
  const comparisons = defenders.map((defender) => compareTwo(measurements, challenger, defender, rows, how));
  const verdicts = comparisons.map(({ verdict }) => verdict);
  const closest = comparisons.reduce((worst, one) => (one.lead < worst.lead ? one : worst));
  return {
    ...closest,
    verdict: verdicts.includes("worse")
      ? "worse"
      : verdicts.every((verdict) => verdict === "better")
        ? "better"
        : "open",
  };
}

function compareTwo(
  measurements: SharedMeasurements,
  challenger: Champion,
  defender: Champion,
  rows: readonly Example[],
  { errorLevel, challengers }: { readonly errorLevel: number; readonly challengers: number },
): Comparison {
  const differences = rows.flatMap((row) => {
    const ours = measurements.score(challenger.candidate.id, row);
    const theirs = measurements.score(defender.candidate.id, row);
    return ours === undefined || theirs === undefined ? [] : [ours - theirs];
  });
  const opposite = differences.map((difference) => -difference);
  const isBetter = improvementPValue(differences) <= errorLevel / (challengers * challenger.tried);
  const isWorse = improvementPValue(opposite) <= errorLevel / defender.tried;
  return {
    lead: differences.reduce((sum, difference) => sum + difference, 0),
    rows: differences.length,
    verdict: isBetter ? "better" : isWorse ? "worse" : "open",
    lowerBound: lowerBoundOf(differences),
  };
}

function lowerBoundOf(differences: readonly number[]): number {
  const count = Math.max(1, differences.length);
  const mean = differences.reduce((sum, value) => sum + value, 0) / count;
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  // The added constant keeps a few equal differences from looking certain.
  return mean - Math.sqrt((squares + 1) / (count * (count + 1)));
}
