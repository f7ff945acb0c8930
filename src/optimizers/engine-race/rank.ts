import type { Example } from "../../core/data/example.ts";
import type { Champion } from "./champion.ts";
import { type Comparison, compareChampions } from "./compare.ts";
import type { Contender } from "./contender.ts";
import { measureBest, measureIfPaid } from "./measure-best.ts";
import type { Race } from "./state.ts";

/** A contender and what speaks for it. */
export interface EngineStanding {
  readonly contender: Contender;
  readonly champion: Champion;
}

/** A challenger after a rung, and how it stands against the leader. */
export interface Ranked extends EngineStanding, Comparison {}

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
