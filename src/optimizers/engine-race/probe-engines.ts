import type { Example } from "../../core/data/example.ts";
import { measureBest } from "./champion.ts";
import type { Contender } from "./contender.ts";
import { type EngineStanding, rankChallengers } from "./rank.ts";
import { planRungs, type Rung } from "./rungs.ts";
import { begin, isPerfect, type Race } from "./state.ts";
import { takeTurn, untilFirstCandidate, upTo } from "./turn.ts";

// Share of the budget that the first engine may spend before it has a candidate to compare.
const leadersShare = 1 / 2;

/** Runs the challengers rung by rung and returns the leader after the last rung. */
export async function probeEngines(race: Race): Promise<Contender> {
  const { entrants, spending, options, task } = race;
  const rungs = planRungs(entrants.length - 1, spending.callsAtStart, task.validation.length, options);
  const [first] = rungs;
  if (first === undefined) return begin(race, 0);
  race.isProbing = true;
  let leader = begin(race, 0, { promised: options.exploration });
  await takeTurn(race, leader, untilFirstCandidate(race, leader, leadersShare, 1));
  let field = beginChallengers(race, first);
  let allowed = 0;
  for (const [at, rung] of rungs.entries()) {
    if (field.length === 0 || isPerfect(race)) break;
    allowed += rung.slice;
    const standings = await runField(race, field.slice(0, rung.challengers), rung, allowed, at);
    if (at > 0) await takeTurn(race, leader, upTo(race, leader, allowed, at + 1));
    const ranked = await rankChallengers(race, leader, standings, race.rows.slice(0, rung.rows));
    const [best] = ranked;
    if (best?.verdict === "better") leader = best.contender;
    field = ranked
      .filter(({ contender, verdict }) => contender !== leader && verdict !== "worse")
      .map(({ contender }) => contender);
  }
  race.isProbing = false;
  return withAllRows(race, leader);
}

/** Restarts a leader that learned from only some of the train rows, so that it learns from all of them. */
function withAllRows(race: Race, leader: Contender): Contender {
  if (leader.train.length === race.task.train.length) return leader;
  leader.drop();
  return begin(race, leader.place);
}

/**
 * Begins the engines that challenge the first one. If their slices do not cover running the seed on train
 * rows, they learn from the rows that the first engine has run.
 */
function beginChallengers(race: Race, { challengers, rows, slice }: Rung): readonly Contender[] {
  const { measurements, spending, options, task } = race;
  const isPaid = (row: Example): boolean => measurements.fresh(task.seed.id, [row], 0) === 0;
  const paid = task.train.filter(isPaid);
  const unpaid = task.train.length - paid.length;
  const isTight = slice * spending.callsAtStart - rows < unpaid;
  return Array.from({ length: challengers }, (_, at) =>
    begin(race, at + 1, {
      train: isTight && paid.length > 0 ? paid : task.train,
      promised: Math.max(0, options.exploration - slice),
    }),
  );
}

/** Gives each challenger its turn. Returns the standings of those with a candidate. */
async function runField(
  race: Race,
  field: readonly Contender[],
  rung: Rung,
  allowed: number,
  at: number,
): Promise<readonly EngineStanding[]> {
  const standings: EngineStanding[] = [];
  const own = allowed - rung.rows / race.spending.callsAtStart;
  for (const contender of field) {
    const allowance = at === 0 ? untilFirstCandidate : upTo;
    await takeTurn(race, contender, allowance(race, contender, own, at + 1));
    const champion = await measureBest(race, contender, race.rows.slice(0, rung.rows));
    if (champion !== undefined) standings.push({ contender, champion });
  }
  return standings;
}
