import { isCareful } from "../budget-checks.ts";
import { failuresOf } from "../gather-failures.ts";
import { pruneEdits } from "../rewriting/prune-edits.ts";
import type { LaneResult } from "../rewriting/reflect.ts";
import type { Rewrite } from "../rewriting/rewrite.ts";
import type { GepaSearch } from "../state.ts";
import { reject } from "./decide.ts";
import { type RowOrder, runFirstBlock } from "./row-order.ts";

/**
 * The pruned rewrite of a lane. If the row order is known, its first rows start without waiting for the other
 * lanes. Undefined if there is no rewrite, or if it fixes none of the rows it was learned from.
 */
export async function screenRewrite(
  search: GepaSearch,
  step: number,
  { parent, minibatch, lesson, attempt }: LaneResult,
  rowOrder: RowOrder | undefined,
): Promise<Rewrite | undefined> {
  if (attempt?.kind !== "drafted") return undefined;
  const rewrite: Rewrite = {
    by: "reflection",
    candidate: attempt.candidate,
    parents: [parent],
    minibatch,
    lesson,
  };
  if (rowOrder === undefined) return rewrite;
  const candidate = isCareful(search) ? await pruned(search, step, rewrite) : rewrite.candidate;
  if (candidate === undefined) return undefined;
  await runFirstBlock(search, rowOrder, candidate, rowOrder.firstBlock);
  return { ...rewrite, candidate };
}

async function pruned(search: GepaSearch, step: number, { candidate, parents, lesson }: Rewrite) {
  const [parent] = parents;
  if (parent === undefined) return candidate;
  const rows = failuresOf(lesson);
  const pruning = { base: parent, candidate, rowsOf: () => rows, enoughMended: 0.9, guarded: [] };
  const found = await pruneEdits(search, step, pruning);
  if (found === undefined)
    reject(search, step, candidate, "mends none of the rows it was learnt from", { parent });
  return found;
}
