import { settleAll } from "../../search/settle-all.ts";
import { affordableChallengers } from "../budget-checks.ts";
import { foldRewrites } from "../rewriting/fold.ts";
import type { Rewrite } from "../rewriting/rewrite.ts";
import type { GepaSearch } from "../state.ts";
import { applyRace, reject } from "./decide.ts";
import { isPromising, raceChallengers } from "./race.ts";
import { openRowOrder, type RowOrder } from "./row-order.ts";

/**
 * Measures the rewrites of a step, and the fold of those still in the race after their first rows, against
 * the leader. True if one was accepted.
 */
export async function compareRewrites(
  search: GepaSearch,
  step: number,
  rewrites: readonly Rewrite[],
): Promise<boolean> {
  const rowOrder = openRowOrder(search);
  const starters = admit(search, step, rowOrder, rewrites);
  const first = rowOrder.rows.slice(0, rowOrder.firstBlock);
  await settleAll(starters.map(({ candidate }) => search.cards.measure(candidate, first)));
  const contenders = [...starters, ...(await foldOfPromising(search, step, rowOrder, starters))];
  const candidates = contenders.map(({ candidate }) => candidate);
  return applyRace(search, step, rowOrder, contenders, await raceChallengers(search, rowOrder, candidates));
}

/** As many rewrites as the budget allows. */
function admit(
  search: GepaSearch,
  step: number,
  { firstBlock }: RowOrder,
  rewrites: readonly Rewrite[],
): readonly Rewrite[] {
  const count = affordableChallengers(search, firstBlock);
  for (const { candidate } of rewrites.slice(count))
    reject(search, step, candidate, "the budget does not pay for its validation");
  return rewrites.slice(0, count);
}

async function foldOfPromising(
  search: GepaSearch,
  step: number,
  rowOrder: RowOrder,
  rewrites: readonly Rewrite[],
): Promise<readonly Rewrite[]> {
  const isAffordable = affordableChallengers(search, rowOrder.firstBlock) > 0;
  if (search.options.merge !== "fold" || !isAffordable) return [];
  const promising = rewrites.filter(({ candidate }) => isPromising(search, rowOrder, candidate));
  const fold = await foldRewrites(search, step, promising);
  return fold === undefined ? [] : [fold];
}
