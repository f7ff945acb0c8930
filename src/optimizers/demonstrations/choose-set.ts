import type { Example } from "../../core/data/example.ts";
import type { Random } from "../../core/random.ts";
import { coverRows } from "./cover-rows.ts";
import type { Demonstration } from "./demonstration.ts";
import type { Resemblance } from "./resemblance.ts";

// Comparing every pair of more rows takes long, and a sample of this size says as much.
const mostCompared = 200;

/** Demonstrations that are typical of the whole pool and differ from each other. */
export function spreadSet(
  pool: readonly Demonstration[],
  count: number,
  resemblance: Resemblance,
  random: Random,
): readonly Demonstration[] {
  const sample = random.shuffle(pool).slice(0, mostCompared);
  const likeness = sample.map((one) => sample.map((other) => resemblance.between(one, other)));
  return chosenFrom(sample, coverRows(likeness, count), count);
}

/** Demonstrations nearest to rows that go wrong, as many rows as possible; the nearest last, next to the input. */
export function nearestSet(
  pool: readonly Demonstration[],
  count: number,
  rows: readonly Example[],
  resemblance: Resemblance,
  random: Random,
): readonly Demonstration[] {
  const targets = random.shuffle(rows).slice(0, mostCompared);
  const sample = random.shuffle(pool).slice(0, mostCompared);
  const likeness = sample.map((one) => targets.map((row) => resemblance.toRow(one, row)));
  return [...chosenFrom(sample, coverRows(likeness, count), count)].reverse();
}

/** The chosen ones, and, where too few resemble anything, others of the sample. */
function chosenFrom(
  sample: readonly Demonstration[],
  chosen: readonly number[],
  count: number,
): readonly Demonstration[] {
  const rest = [...sample.keys()].filter((at) => !chosen.includes(at));
  return [...chosen, ...rest].slice(0, count).flatMap((at) => sample[at] ?? []);
}

/** Any demonstrations; `wanted` come first. */
export function randomSet(
  pool: readonly Demonstration[],
  count: number,
  random: Random,
  isWanted: (one: Demonstration) => boolean = () => true,
): readonly Demonstration[] {
  const shuffled = random.shuffle(pool);
  const chosen = [...shuffled.filter(isWanted), ...shuffled.filter((one) => !isWanted(one))].slice(0, count);
  return random.shuffle(chosen);
}
