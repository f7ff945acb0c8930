import type { Draft } from "../../../contracts/optimizer.ts";
import type { Example } from "../../../core/data/example.ts";
import type { Candidate } from "../../../core/prompt/candidate.ts";
import { settleAll } from "../../search/settle-all.ts";
import type { GepaSearch } from "../state.ts";
import { reject } from "../validation/decide.ts";
import { type Edit, editsOf, undo } from "./edits.ts";
import type { Pruning } from "./pruning.ts";

/**
 * The rewrite without the edits that seemed idle one by one. Where rows are lost without all of them
 * (two sentences that say the same are idle each), those that bring a row back stay.
 */
export async function confirmPruning(
  search: GepaSearch,
  step: number,
  { base, candidate }: Pruning,
  idle: readonly Edit[],
  rows: readonly Example[],
): Promise<Candidate> {
  const { cards, lab } = search;
  const without = (edits: readonly Edit[]): Draft =>
    lab.draft(undo(base.texts, candidate.texts, edits), [candidate.id]);
  let undone = idle;
  while (undone.length > 0) {
    const draft = without(undone);
    if (!draft.accepted) return candidate;
    await cards.measure(draft.candidate, rows);
    const lost = await rowsLost(search, candidate, draft.candidate, rows);
    const wanted = await editsThatMend(search, lost, undone, without);
    if (wanted.length === 0) {
      tell(
        search,
        step,
        candidate,
        draft,
        `${undone.length} of ${editsOf(base.texts, candidate.texts).length}`,
      );
      return draft.candidate;
    }
    undone = undone.filter((edit) => !wanted.includes(edit));
  }
  return candidate;
}

/** Of the edits undone as few as bring each lost row back when one alone is kept. */
async function editsThatMend(
  { cards }: GepaSearch,
  lost: readonly Example[],
  undone: readonly Edit[],
  without: (edits: readonly Edit[]) => Draft,
): Promise<readonly Edit[]> {
  if (lost.length === 0) return [];
  const kept = await settleAll(
    undone.map(async (edit) => {
      const draft = without(undone.filter((other) => other !== edit));
      if (!draft.accepted) return { edit, mended: lost };
      await cards.measure(draft.candidate, lost);
      return { edit, mended: lost.filter((row) => cards.score(draft.candidate.id, row) === 1) };
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
  { cards }: GepaSearch,
  candidate: Candidate,
  pruned: Candidate,
  rows: readonly Example[],
): Promise<readonly Example[]> {
  const lost = rows.filter((row) => cards.isBetterOn(row, candidate, pruned));
  await cards.confirm(pruned, lost);
  return lost.filter((row) => cards.isFailure(pruned.id, row));
}

function tell(
  search: GepaSearch,
  step: number,
  candidate: Candidate,
  draft: Extract<Draft, { accepted: true }>,
  share: string,
): void {
  const { id, texts } = draft.candidate;
  const parents = [candidate.id];
  search.lab.emit({ type: "candidate-proposed", step, candidate: id, parents, texts, by: "pruning" });
  reject(search, step, candidate, `does as well without ${share} edits: see ${id}`);
}
