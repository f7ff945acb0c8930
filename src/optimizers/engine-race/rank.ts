import type { Example } from "../../core/data/example.ts";
import { improvementPValue } from "../search/differences.ts";
import { type Champion, measureBest, measureIfPaid } from "./champion.ts";
import type { Contender } from "./contender.ts";
import type { SharedMeasurements } from "./shared-measurements.ts";
import type { Race } from "./state.ts";

/** A contender and what speaks for it. */
export interface EngineStanding {
  readonly contender: Contender;
  readonly champion: Champion;
}

/** A challenger after a rung, and how it stands against the leader. */
interface Ranked extends EngineStanding, Comparison {}

// On fewer rows not even a clean sweep is more than luck.
const fewestRows = 4;
// A challenger that is ahead, though not surely, runs on in blocks, together with the leader.
const blockSize = 4;
const mostTimesLonger = 3;

/**
 * The challengers, the best first. The leader's own candidate is run only when somebody did better than
 * the prompt that all started from, and on as many rows as are left of what may be spent on exploring.
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
    tell(race, "the prompt as it was", againstStart);
    return againstStart.map((one) => ({ ...one, verdict: "open" }));
  }
  const champion = await measureBest(race, leader, common);
  // The leader has the prompt it started from to fall back on.
  const defenders = champion === undefined ? [start] : [champion, start];
  const [best, ...others] = compareAll(race, standings, defenders, common);
  if (best === undefined) return [];
  const ranked = [await runOn(race, best, defenders, common.length, standings.length), ...others];
  tell(race, leader.name, ranked);
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

/** Runs a challenger and those it must beat on further rows, for as long as it is ahead and that may be luck. */
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

/** Rows that what is left for exploring pays for. */
function rowsPaid({ spending, options }: Race, leader: Contender): number {
  if (!Number.isFinite(spending.callsAtStart)) return Number.POSITIVE_INFINITY;
  const explored = spending.spent - leader.spent;
  // Shares of calls are whole numbers but for rounding.
  return Math.floor(Math.max(0, options.exploration - explored) * spending.callsAtStart + 1e-9);
}

function tell({ lab }: Race, against: string, ranked: readonly Ranked[]): void {
  for (const { contender, lead, rows, verdict } of ranked) {
    lab.emit({
      type: "engine-note",
      message: `${contender.name} against ${against}: ahead by ${Number(lead.toFixed(2))} on ${rows} validation rows`,
      details: { verdict },
    });
  }
}

/** A challenger's champion against those it must beat, on the same rows. */
interface Comparison {
  /** Sum of its scores less that of the one it stands worst against. */
  readonly lead: number;
  /** Rows with a score on both sides. */
  readonly rows: number;
  /** better: than all of them; worse: than one of them. */
  readonly verdict: "better" | "open" | "worse";
  /** Lower end of a one-sided 84 % interval of the mean difference: what survivors are chosen by. */
  readonly lowerBound: number;
}

/**
 * Luck must not decide. A lead changes on a paired test only, and whoever brings the best of several
 * candidates, or is one of several challengers, must pass it at a level so much stricter.
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
  // A little is added so that a few equal differences do not look certain.
  return mean - Math.sqrt((squares + 1) / (count * (count + 1)));
}
