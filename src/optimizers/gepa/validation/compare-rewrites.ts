import { settleAll } from "../../search/settle-all.ts";
import { affordableChallengers, isCareful, isTight } from "../budget-checks.ts";
import { failuresOf } from "../gather-failures.ts";
import { foldRewrites } from "../rewriting/fold.ts";
import { pruneEdits } from "../rewriting/prune-edits.ts";
import type { Rewrite } from "../rewriting/rewrite.ts";
import type { GepaSearch } from "../state.ts";
import { applyRace, reject } from "./decide.ts";
import { raceChallengers, raceStatus } from "./racing-validation.ts";
import { type RowOrder, runFirstBlock } from "./row-order.ts";

/**
 * Measures the rewrites of a step, and the fold of those still in the race after their first rows, against
 * the leader. True if one was accepted.
 */
export async function compareRewrites(
  search: GepaSearch,
  step: number,
  rowOrder: RowOrder,
  rewrites: readonly Rewrite[],
): Promise<boolean> {
  const starters = admit(search, step, rowOrder, rewrites);
  await settleAll(
    starters.map(({ candidate }) => runFirstBlock(search, rowOrder, candidate, rowOrder.firstBlock)),
  );
  const contenders = [...starters, ...(await foldOfPromising(search, step, rowOrder, starters))];
  const candidates = contenders.map(({ candidate }) => candidate);
  const results = await raceChallengers(search, rowOrder, candidates, isTight(search, step));
  return applyRace(search, step, rowOrder, contenders, results);
}

/** Rewrites that have begun, plus as many others as the budget allows. */
function admit(
  search: GepaSearch,
  step: number,
  rowOrder: RowOrder,
  rewrites: readonly Rewrite[],
): readonly Rewrite[] {
  const [start] = rowOrder.rows;
  const hasBegun = ({ candidate }: Rewrite) =>
    start !== undefined && search.cards.isMeasured(candidate.id, start);
  let free = affordableChallengers(search, rowOrder.firstBlock);
  return rewrites.filter((rewrite) => {
    if (hasBegun(rewrite) || free-- > 0) return true;
    reject(search, step, rewrite.candidate, "the budget does not pay for its validation");
    return false;
  });
}

async function foldOfPromising(
  search: GepaSearch,
  step: number,
  rowOrder: RowOrder,
  rewrites: readonly Rewrite[],
): Promise<readonly Rewrite[]> {
  const isAffordable = affordableChallengers(search, rowOrder.firstBlock) > 0;
  if (search.options.merge !== "fold" || !isAffordable) return [];
  const promising = rewrites.filter(
    ({ candidate }) => raceStatus(search, rowOrder, candidate, rowOrder.firstBlock) !== "lost",
  );
  const fold = await foldRewrites(search, step, promising);
  if (fold === undefined) return [];
  const candidate = isCareful(search)
    ? await prunedFold(search, step, rowOrder, fold, promising)
    : fold.candidate;
  if (candidate !== undefined) return [{ ...fold, candidate }];
  reject(search, step, fold.candidate, "mends none of the rows it was learnt from");
  return [];
}

async function prunedFold(
  search: GepaSearch,
  step: number,
  rowOrder: RowOrder,
  { candidate }: Rewrite,
  rewrites: readonly Rewrite[],
) {
  const lessons = rewrites.flatMap(({ lesson }) => failuresOf(lesson));
  return pruneEdits(search, step, {
    base: rowOrder.defender,
    candidate,
    rowsOf: ({ added }) => (added.length > 0 ? search.provenance.rowsOf(added) : lessons),
    enoughMended: 0.9,
    guarded: [],
  });
}
