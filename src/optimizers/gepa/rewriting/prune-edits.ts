import type { Example } from "../../../core/data/example.ts";
import type { Candidate } from "../../../core/prompt/candidate.ts";
import { settleAll } from "../../search/settle-all.ts";
import { spareRollouts } from "../budget-checks.ts";
import type { GepaSearch } from "../state.ts";
import { confirmPruning } from "./confirm-pruning.ts";
import { type Edit, editsOf, undo } from "./edits.ts";
import type { Pruning } from "./pruning.ts";

/** Rows an edit is judged on, in looks: most edits that matter show it on the first. */
const looks = [2, 6, 16] as const;
const mostRows = looks[2];
// A rewrite in new words throughout is dear to judge sentence by sentence, and its sentences hang together.
const mostOfBudget = 1 / 3;
const mostValidations = 3;

/**
 * Undoes the edits of a rewrite that change no answer to the rows they were made for: sentences that
 * help nobody, and sentences dropped without need. Each edit is judged by leaving it out. Undefined
 * when the rewrite mends none of those rows; the candidate itself when there is nothing to undo.
 */
export async function pruneEdits(
  search: GepaSearch,
  step: number,
  pruning: Pruning,
): Promise<Candidate | undefined> {
  const { base, candidate, rowsOf } = pruning;
  const edits = editsOf(base.texts, candidate.texts);
  const lessons = distinct(edits.flatMap(rowsOf));
  await search.cards.measure(candidate, lessons);
  const mended = new Set(lessons.filter((row) => search.cards.isBetterOn(row, candidate, base)));
  if (mended.size === 0) return lessons.length === 0 ? candidate : undefined;
  const judgements = edits.map((edit) => ({ edit, rows: rowsToJudge(pruning, edit, mended) }));
  if (!isAffordable(search, judgements)) return candidate;
  const idle = await settleAll(
    judgements.map(async ({ edit, rows }) => {
      const isIdle = rows !== undefined && (await changesNothing(search, pruning, edit, rows));
      return isIdle ? [edit] : [];
    }),
  );
  return confirmPruning(search, step, pruning, idle.flat(), distinct([...mended, ...pruning.guarded]));
}

/** Undefined when the rows cannot tell, and the edit stays. */
function rowsToJudge(
  { enoughMended, rowsOf }: Pruning,
  edit: Edit,
  mended: ReadonlySet<Example>,
): readonly Example[] | undefined {
  const madeFor = rowsOf(edit);
  const rows = madeFor.filter((row) => mended.has(row));
  const isReportedBy =
    edit.added.length === 0 || (rows.length > 0 && rows.length >= madeFor.length * enoughMended);
  return isReportedBy ? rows.slice(0, mostRows) : undefined;
}

function isAffordable(
  search: GepaSearch,
  judgements: readonly { readonly rows: readonly Example[] | undefined }[],
): boolean {
  const worst = judgements.reduce((sum, { rows }) => sum + (rows?.length ?? 0), 0);
  return (
    worst <= mostValidations * search.task.validation.length && worst <= spareRollouts(search) * mostOfBudget
  );
}

/** True when all rows go as well without the edit. A removal without rows is undone: what stood had its reason. */
async function changesNothing(
  { cards, lab }: GepaSearch,
  { base, candidate }: Pruning,
  edit: Edit,
  rows: readonly Example[],
): Promise<boolean> {
  const draft = lab.draft(undo(base.texts, candidate.texts, [edit]), [candidate.id]);
  if (!draft.accepted) return false;
  for (const [at, end] of looks.entries()) {
    const some = rows.slice(looks[at - 1] ?? 0, end);
    await cards.measure(draft.candidate, some);
    if (some.some((row) => cards.isBetterOn(row, candidate, draft.candidate))) return false;
  }
  return true;
}

function distinct(rows: readonly Example[]): readonly Example[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}
