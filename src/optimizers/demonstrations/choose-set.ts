import type { Example } from "../../core/data/example.ts";
import type { Random } from "../../core/random.ts";
import type { Demonstration } from "./demonstration.ts";
import type { Resemblance } from "./resemblance.ts";

// Comparing every pair of a larger pool is slow, and a sample of this size is representative.
const mostCompared = 200;

/** Demonstrations that are typical of the pool and differ from each other. */
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

/**
 * Demonstrations nearest to failing rows, covering as many of them as possible. The nearest comes last, next
 * to the input.
 */
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

/** The chosen items, filled up from the sample when too few resemble anything. */
function chosenFrom(
  sample: readonly Demonstration[],
  chosen: readonly number[],
  count: number,
): readonly Demonstration[] {
  const rest = [...sample.keys()].filter((at) => !chosen.includes(at));
  return [...chosen, ...rest].slice(0, count).flatMap((at) => sample[at] ?? []);
}

/** Random demonstrations; `wanted` come first. */
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

/**
 * Chooses items that together resemble all rows. Each item is the one with the largest gain over the best
 * resemblance so far (greedy facility location; G. Nemhauser et al., Math. Program. 14, 1978). When no gain
 * is left, a second round begins. Earlier items win ties.
 *
 * @param resemblance one list per item: its resemblance to each row, 0 … 1
 *
 * @returns indexes of at most `count` items, most important first
 */
export function coverRows(resemblance: readonly (readonly number[])[], count: number): readonly number[] {
  const chosen: number[] = [];
  const rows = resemblance[0]?.length ?? 0;
  let best = new Float64Array(rows);
  let isFresh = true;
  while (chosen.length < Math.min(count, resemblance.length)) {
    let [top, topGain] = [-1, 0];
    for (const [item, likeness] of resemblance.entries()) {
      if (chosen.includes(item)) continue;
      let gain = 0;
      for (let row = 0; row < rows; row++) gain += Math.max(0, (likeness[row] ?? 0) - (best[row] ?? 0));
      if (gain > topGain) [top, topGain] = [item, gain];
    }
    if (top === -1 && isFresh) break;
    if (top === -1) {
      best = new Float64Array(rows);
      isFresh = true;
      continue;
    }
    const added = resemblance[top] ?? [];
    best = best.map((value, row) => Math.max(value, added[row] ?? 0));
    isFresh = false;
    chosen.push(top);
  }
  return chosen;
}
