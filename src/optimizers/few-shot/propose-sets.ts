import type { Random } from "../../core/random.ts";
import { nearestSet, randomSet, spreadSet } from "../demonstrations/choose-set.ts";
import type { Demonstration, DemonstrationSets } from "../demonstrations/demonstration.ts";
import type { FewShotSearch, Shown } from "./state.ts";

/** A way to make a new set; `parent` is the set it was made from. */
interface Proposal {
  readonly by: string;
  readonly parent: Shown;
  readonly sets: DemonstrationSets;
}

type Recipe = (
  search: FewShotSearch,
  present: readonly Demonstration[],
  random: Random,
) => readonly Demonstration[];

const sizeOf = (search: FewShotSearch, share: number): number =>
  Math.max(1, Math.round(search.options.max_demonstrations * share));

const spread =
  (share: number): Recipe =>
  (search, _, random) =>
    spreadSet(search.pool, sizeOf(search, share), search.resemblance, random);
const anyOf =
  (share: number): Recipe =>
  (search, _, random) =>
    randomSet(search.pool, sizeOf(search, share), random);
const hard: Recipe = (search, _, random) =>
  randomSet(search.pool, sizeOf(search, 1), random, ({ isHard }) => isHard);
const nearest =
  (share: number): Recipe =>
  (search, _, random) =>
    nearestSet(search.pool, sizeOf(search, share), failures(search), search.resemblance, random);

/** Adds demonstrations near the rows that still fail, replacing others if the set is full. */
const add: Recipe = (search, present, random) => {
  const count = sizeOf(search, 1 / 4);
  const kept = randomSubset(present, search.options.max_demonstrations - count, random);
  return [...kept, ...nearFailures(search, kept, count, random)];
};
/** Like `add`, but replaces the demonstrations that the correctly answered rows need least. */
const exchange: Recipe = (search, present, random) => {
  const { cards, leader, options, resemblance, task } = search;
  const count = sizeOf(search, 1 / 4);
  const right = task.validation.filter((row) => cards.score(leader.candidate.id, row) === 1);
  const kept = nearestSet(present, options.max_demonstrations - count, right, resemblance, random);
  return [...kept, ...nearFailures(search, kept, count, random)];
};
const swap: Recipe = (search, present, random) => {
  const kept = randomSubset(present, Math.floor((present.length * 3) / 4), random);
  return [...kept, ...randomSet(without(search.pool, kept), present.length - kept.length, random)];
};
const drop: Recipe = (_, present, random) =>
  randomSubset(present, Math.floor((present.length * 3) / 4), random);

const fresh: readonly (readonly [string, Recipe])[] = [
  ["nearest failures", nearest(1)],
  ["spread", spread(1)],
  ["hard", hard],
  ["random half", anyOf(1 / 2)],
  ["spread quarter", spread(1 / 4)],
  ["random", anyOf(1)],
  ["nearest failures half", nearest(1 / 2)],
  ["random quarter", anyOf(1 / 4)],
];
const moves: readonly (readonly [string, Recipe])[] = [
  ["exchange", exchange],
  ["add", add],
  ["swap", swap],
  ["exchange", exchange],
  ["add", add],
  ["drop", drop],
];

/**
 * The sets of one step: fresh sets until one has helped; after that, changes to the leader's set, with one
 * fresh set in five. If an agent has several prompts, lanes alternate between them.
 */
export function proposeSets(search: FewShotSearch, step: number, lanes: number): readonly Proposal[] {
  const { leader, places, task } = search;
  const isFirst = leader.candidate === task.seed;
  return Array.from({ length: lanes }, (_, lane): Proposal => {
    const turn = (step - 1) * lanes + lane;
    const place = places[turn % places.length]?.text ?? "";
    const round = Math.floor(turn / places.length);
    const present = leader.sets[place] ?? [];
    const isFresh = isFirst || present.length === 0 || turn % 5 === 4;
    const table = isFresh ? fresh : moves;
    const [by, recipe] = table[round % table.length] ?? ["random", anyOf(1)];
    const random = search.lab.random.fork(`step ${step} lane ${lane}`);
    return { by, parent: leader, sets: { ...leader.sets, [place]: recipe(search, present, random) } };
  });
}

function nearFailures(
  search: FewShotSearch,
  kept: readonly Demonstration[],
  count: number,
  random: Random,
): readonly Demonstration[] {
  const rest = without(search.pool, kept);
  return nearestSet(rest, count, failures(search), search.resemblance, random);
}

function failures({ cards, leader, task }: FewShotSearch) {
  return task.validation.filter((row) => (cards.score(leader.candidate.id, row) ?? 1) !== 1);
}

/** Keeps their order. */
function randomSubset(present: readonly Demonstration[], count: number, random: Random) {
  const kept = new Set(random.shuffle(present).slice(0, Math.max(0, count)));
  return present.filter((one) => kept.has(one));
}

function without(pool: readonly Demonstration[], taken: readonly Demonstration[]) {
  const rows = new Set(taken.map(({ row }) => row));
  return pool.filter(({ row }) => !rows.has(row));
}
