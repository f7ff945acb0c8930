import type { Example } from "../../core/data/example.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";
import { improvementPValue } from "../gepa/validation/paired-test.ts";
import type { Scorecards } from "../search/scorecards.ts";
import { settleAll } from "../search/settle-all.ts";
import type { Spending } from "../search/spending.ts";
import { canStillWin } from "./can-still-win.ts";

export interface HalvingRace {
  readonly cards: Scorecards;
  readonly spending: Spending;
  /** Has run on all rows. */
  readonly leader: Candidate;
  readonly challengers: readonly Candidate[];
  /** All validation rows, in the order challengers run them. */
  readonly rows: readonly Example[];
  /** Rows all challengers run before any is dropped. */
  readonly firstRows: number;
  /** Chance that a challenger that is no better is taken for better. */
  readonly errorLevel: number;
}

/** How one challenger ended. */
export interface HalvingEnd {
  readonly challenger: Candidate;
  /** `overtaken`: dropped because others did better on the same rows. */
  readonly end: "better" | "not_better" | "overtaken" | "unaffordable";
  /** Rows it ran. */
  readonly rows: number;
}

/**
 * Successive halving (K. Jamieson and A. Talwalkar, arXiv 1502.07943) against a leader: all run the first
 * rows, the better half goes on to twice as many, and so on; who cannot win any more drops out at once.
 * Whoever comes to the end has run on all rows. One end per challenger, in their order.
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

/** As many of the first as can run the next rows and leave enough for one of them to go on to the end. */
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

function isOpen(race: HalvingRace, challenger: Candidate, done: number): boolean {
  const rooms = race.rows.map((row) => 1 - (race.cards.score(race.leader.id, row) ?? 1));
  const tried = rooms.slice(0, done).filter((room) => room > 0).length;
  return canStillWin(differencesOf(race, challenger), rooms.slice(done), tried, race.errorLevel);
}

function isBetter(race: HalvingRace, challenger: Candidate): boolean {
  return improvementPValue(differencesOf(race, challenger)) <= race.errorLevel;
}
