import { isCareful } from "../budget-checks.ts";
import { failuresOf } from "../gather-failures.ts";
import type { GepaSearch } from "../state.ts";
import { reject } from "../validation/decide.ts";
import { pruneEdits } from "./prune-edits.ts";
import type { LaneResult } from "./reflect.ts";
import type { Rewrite } from "./rewrite.ts";

/**
 * The pruned rewrite of a lane. Undefined if there is no rewrite, or if it fixes none of the rows it was learned
 * from.
 */
export async function screenRewrite(
  search: GepaSearch,
  step: number,
  { parent, minibatch, lesson, attempt }: LaneResult,
  isDeferring: boolean,
): Promise<Rewrite | undefined> {
  if (attempt?.kind !== "drafted") return undefined;
  const rewrite: Rewrite = {
    by: "reflection",
    candidate: attempt.candidate,
    parents: [parent],
    minibatch,
    lesson,
  };
  if (isDeferring || !isCareful(search)) return rewrite;
  const candidate = await pruned(search, step, rewrite);
  return candidate === undefined ? undefined : { ...rewrite, candidate };
}

async function pruned(search: GepaSearch, step: number, { candidate, parents, lesson }: Rewrite) {
  const [parent] = parents;
  if (parent === undefined) return candidate;
  const rows = failuresOf(lesson);
  const pruning = { base: parent, candidate, rowsOf: () => rows, enoughMended: 0.9, guarded: [] };
  const found = await pruneEdits(search, step, pruning);
  if (found === undefined)
    reject(search, step, candidate, "fixes none of the rows it was written for", { parent });
  return found;
}
