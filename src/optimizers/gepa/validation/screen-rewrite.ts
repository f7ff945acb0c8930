import { isCareful } from "../budget-checks.ts";
import { failuresOf } from "../gather-failures.ts";
import { pruneEdits } from "../rewriting/prune-edits.ts";
import type { LaneResult } from "../rewriting/reflect.ts";
import type { Rewrite } from "../rewriting/rewrite.ts";
import type { GepaSearch } from "../state.ts";
import { reject } from "./decide.ts";
import { type RowOrder, runFirstBlock } from "./row-order.ts";

/**
 * The rewrite of a lane, pruned, and on its way where the course is known: its first rows do not wait
 * for the other lanes. Undefined when there is none, or when it mends none of the rows it was learnt from.
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
