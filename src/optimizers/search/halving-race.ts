import type { Lab } from "../../contracts/optimizer.ts";
import type { Example } from "../../core/data/example.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";
import type { Random } from "../../core/random.ts";
import { meanOf } from "../../core/statistics/mean.ts";
import { improvementPValue } from "./differences.ts";
import type { Scorecards } from "./scorecards.ts";
import { settleAll } from "./settle-all.ts";
import type { Spending } from "./spending.ts";

const reasons = {
  not_better: "no better than",
  overtaken: "others of this step did better on the same rows than it did against",
  unaffordable: "the budget does not pay for comparing it on all rows with",
};

/** Reports the results of a race and returns the best winner. */
export function emitEnds(
  lab: Lab,
  step: number,
  cards: Scorecards,
  validation: readonly Example[],
  leader: Candidate,
  ends: readonly HalvingEnd[],
): Candidate | undefined {
  let best: Candidate | undefined;
  for (const { challenger, end, rows } of ends) {
    const { id, parents, texts } = challenger;
    if (end === "better") {
      const mean = cards.mean(id, validation);
      lab.emit({ type: "candidate-accepted", step, candidate: id, validation: mean });
      if (best === undefined || cards.lead(id, best.id, validation) > 0) best = challenger;
    } else {
      const reason = `${reasons[end]} ${leader.id}, after ${rows} of ${validation.length} validation rows`;
      lab.emit({ type: "candidate-rejected", step, candidate: id, parents, texts, reason });
    }
  }
  return best;
}

// One-sided 95 %: a challenger whose mean is below the leader's at this level has lost.
const lostZ = 1.65;
const fewestToLose = 4;
// Wins added to the observed ones to extrapolate to the remaining rows.
const winsGranted = 2;

/**
 * True if a challenger can still prove better under an optimistic but plausible continuation.
 *
 * @param differences its scores minus the leader's, on the rows both have run
 *
 * @param rooms the most it can win on each row to come: 1 minus the leader's score
 */
export function canStillWin(
  differences: readonly number[],
  rooms: readonly number[],
  triedRooms: number,
  errorLevel: number,
): boolean {
  if (isSurelyWorse(differences)) return false;
  const open = rooms.filter((room) => room > 0);
  const gains = differences.filter((difference) => difference > 0);
  const share = (gains.length + winsGranted) / (triedRooms + winsGranted);
  const wins = Math.min(open.length, Math.round(open.length * share));
  const gain = meanOf(gains.length > 0 ? gains : open);
  const hoped = [...differences, ...Array.from({ length: wins }, () => gain)];
  return improvementPValue(hoped) <= errorLevel;
}

function isSurelyWorse(differences: readonly number[]): boolean {
  const count = differences.length;
  const middle = meanOf(differences);
  const squares = differences.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  const error = Math.sqrt(squares / Math.max(1, count - 1) / Math.max(1, count));
  return count >= fewestToLose && middle + lostZ * error < 0;
}

/** Challengers of a leader, and the rows on which they are compared. */
export interface HalvingRace {
  readonly cards: Scorecards;
  readonly spending: Spending;
  /** Measured on all rows. */
  readonly leader: Candidate;
  readonly challengers: readonly Candidate[];
  /** All validation rows, in the order challengers run them. */
  readonly rows: readonly Example[];
  /** Rows that all challengers run before any is dropped. */
  readonly firstRows: number;
  /** Probability of accepting a challenger that is no better. */
  readonly errorLevel: number;
}

/** The result of one challenger. */
export interface HalvingEnd {
  readonly challenger: Candidate;
  /** `overtaken`: dropped because others did better on the same rows. */
  readonly end: "better" | "not_better" | "overtaken" | "unaffordable";
  /** Number of rows it ran. */
  readonly rows: number;
}

/**
 * Successive halving (K. Jamieson and A. Talwalkar, arXiv 1502.07943) against a leader. All challengers run
 * the first rows, the better half runs twice as many, and so on; a challenger that cannot win drops out at
 * once. Those that reach the end have run on all rows. Returns one result per challenger, in their order.
 */
export async function halvingRace(race: HalvingRace): Promise<readonly HalvingEnd[]> {
  const { challengers, rows } = race;
  const ends = new Map<Candidate, HalvingEnd>();
  const end = (list: readonly Candidate[], how: HalvingEnd["end"], done: number) => {
    for (const challenger of list) ends.set(challenger, { challenger, end: how, rows: done });
  };
  let running = challengers;
  let [before, done] = [0, Math.min(rows.length, race.firstRows)];
  while (running.length > 0) {
    const paid = affordable(race, running, done);
    end(running.slice(paid.length), "unaffordable", before);
    await settleAll(paid.map((one) => race.cards.measure(one, rows.slice(0, done))));
    const isEnd = done === rows.length;
    const open = paid.filter((one) => (isEnd ? isBetter(race, one) : isOpen(race, one, done)));
    end(
      paid.filter((one) => !open.includes(one)),
      "not_better",
      done,
    );
    if (isEnd) end(open, "better", done);
    const ranked = isEnd ? [] : [...open].sort((one, other) => lead(race, other) - lead(race, one));
    running = ranked.slice(0, Math.ceil(ranked.length / 2));
    end(ranked.slice(running.length), "overtaken", done);
    before = done;
    done = Math.min(rows.length, done * 2);
  }
  return challengers.flatMap((challenger) => ends.get(challenger) ?? []);
}

/**
 * The longest prefix of challengers that can run the next rows and leave enough for one of them to run all
 * rows.
 */
function affordable(race: HalvingRace, running: readonly Candidate[], done: number): readonly Candidate[] {
  const missing = (one: Candidate, upTo: number) =>
    race.rows.slice(0, upTo).filter((row) => !race.cards.isMeasured(one.id, row)).length;
  let [count, spent] = [0, 0];
  for (const one of running) {
    const [first] = running;
    spent += missing(one, done);
    const toTheEnd = first === undefined ? 0 : missing(first, race.rows.length) - missing(first, done);
    if (spent + toTheEnd > race.spending.rolloutsLeft) break;
    count++;
  }
  return running.slice(0, count);
}

function differencesOf({ cards, leader, rows }: HalvingRace, challenger: Candidate): readonly number[] {
  return rows.flatMap((row) => {
    const [ours, theirs] = [cards.score(challenger.id, row), cards.score(leader.id, row)];
    return ours === undefined || theirs === undefined ? [] : [ours - theirs];
  });
}

function lead(race: HalvingRace, challenger: Candidate): number {
  return differencesOf(race, challenger).reduce((sum, difference) => sum + difference, 0);
}

/** True if a challenger that has run this many rows can still win. */
export function isOpen(race: HalvingRace, challenger: Candidate, done: number): boolean {
  const rooms = race.rows.map((row) => 1 - (race.cards.score(race.leader.id, row) ?? 1));
  const tried = rooms.slice(0, done).filter((room) => room > 0).length;
  return canStillWin(differencesOf(race, challenger), rooms.slice(done), tried, race.errorLevel);
}

function isBetter(race: HalvingRace, challenger: Candidate): boolean {
  return improvementPValue(differencesOf(race, challenger)) <= race.errorLevel;
}

/**
 * Rows in random order with failures and successes interleaved in proportion: any prefix is a representative
 * sample.
 */
export function mixedOrder(
  rows: readonly Example[],
  scoreOf: (row: Example) => number | undefined,
  random: Random,
): readonly Example[] {
  const shuffled = random.shuffle(rows);
  const isRight = (row: Example) => scoreOf(row) === 1;
  const dealt = [shuffled.filter(isRight), shuffled.filter((row) => !isRight(row))].flatMap((list) =>
    list.map((row, at) => ({ row, place: (at + 0.5) / list.length })),
  );
  return dealt.sort((one, other) => one.place - other.place).map(({ row }) => row);
}

/** Rollouts of a halving race. Low: all lose at the first check. High: the better half always continues. */
export function estimateHalving(
  challengers: number,
  firstRows: number,
  rows: number,
): { readonly least: number; readonly most: number } {
  let [running, before, done] = [challengers, 0, Math.min(rows, firstRows)];
  const least = running * done;
  let most = 0;
  while (before < rows) {
    most += running * (done - before);
    running = Math.ceil(running / 2);
    [before, done] = [done, Math.min(rows, done * 2)];
  }
  return { least, most };
}
