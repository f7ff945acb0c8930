import type { Candidate } from "../../core/candidate.ts";
import type { Example } from "../../core/example.ts";
import { settleAll } from "../settle-all.ts";
import { reject } from "./decide.ts";
import { draftPruned } from "./draft-pruned.ts";
import { type Edit, editsOf } from "./edits.ts";
import type { Pruning } from "./pruning.ts";
import type { Search } from "./state.ts";

/**
 * The rewrite without the edits that seemed idle one by one. Where rows are lost without all of them
 * (two sentences that say the same are idle each), those that bring a row back stay.
 */
export async function settlePruning(
  search: Search,
  step: number,
  { base, candidate }: Pruning,
  idle: readonly Edit[],
  rows: readonly Example[],
): Promise<Candidate> {
  const { cards } = search;
  const without = (edits: readonly Edit[]) => draftPruned(search, step, { base, candidate }, edits);
  let undone = idle;
  while (undone.length > 0) {
    const pruned = without(undone);
    if (pruned === undefined) return candidate;
    await cards.measure(pruned, rows);
    const lost = await rowsLost(search, candidate, pruned, rows);
    const wanted = await editsThatMend(search, lost, undone, without);
    if (wanted.length === 0) {
      const share = `${undone.length} of ${editsOf(base.texts, candidate.texts).length}`;
      reject(search, step, candidate, `does as well without ${share} edits: see ${pruned.id}`);
      return pruned;
    }
    undone = undone.filter((edit) => !wanted.includes(edit));
  }
  return candidate;
}

/** Of the edits undone as few as bring each lost row back when one alone is kept. */
async function editsThatMend(
  { cards }: Search,
  lost: readonly Example[],
  undone: readonly Edit[],
  without: (edits: readonly Edit[]) => Candidate | undefined,
): Promise<readonly Edit[]> {
  if (lost.length === 0) return [];
  const kept = await settleAll(
    undone.map(async (edit) => {
      const kept = without(undone.filter((other) => other !== edit));
      if (kept === undefined) return { edit, mended: lost };
      await cards.measure(kept, lost);
      return { edit, mended: lost.filter((row) => cards.score(kept.id, row) === 1) };
    }),
  );
  const open = new Set(lost);
  return kept.flatMap(({ edit, mended }) => {
    const brought = mended.filter((row) => open.has(row));
    for (const row of brought) open.delete(row);
    return brought.length > 0 ? [edit] : [];
  });
}

/** Asked twice: a row lost to bad luck would come back whatever is kept, and speak for an edit that does nothing. */
async function rowsLost(
  { cards }: Search,
  candidate: Candidate,
  pruned: Candidate,
  rows: readonly Example[],
): Promise<readonly Example[]> {
  const lost = rows.filter((row) => cards.isBetterOn(row, candidate, pruned));
  await cards.confirm(pruned, lost);
  return lost.filter((row) => cards.isFailure(pruned.id, row));
}
