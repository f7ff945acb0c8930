import type { Draft } from "../../../contracts/optimizer.ts";
import type { Example } from "../../../core/data/example.ts";
import type { Candidate } from "../../../core/prompt/candidate.ts";
import { settleAll } from "../../search/settle-all.ts";
import { spareRollouts } from "../budget-checks.ts";
import type { GepaSearch } from "../state.ts";
import { reject } from "../validation/decide.ts";
import { type Edit, editsOf, undo } from "./edits.ts";

/** Numbers of rows an edit is judged on, step by step: most edits that matter show it early. */
const looks = [2, 6, 16] as const;
const mostRows = looks[2];
// A rewrite in new wording is expensive to judge sentence by sentence, and its sentences depend on each
// other.
const mostOfBudget = 1 / 3;
const mostValidations = 3;

/**
 * Undoes the edits of a rewrite that do not change any answer on the rows they were made for. Each edit is
 * judged by leaving it out. Undefined if the rewrite fixes none of those rows; the candidate itself if there
 * is nothing to undo.
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

/** Undefined if no rows can decide; the edit then stays. */
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

/**
 * True if all rows score as well without the edit. A removal without rows is undone, because the old text had
 * its reason.
 */
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

/**
 * The rewrite without the edits that seemed useless one by one. If rows fail without all of them (two
 * sentences with the same meaning each seem useless), the edits that fix a row stay.
 */
async function confirmPruning(
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
      emitPruning(
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

/** The fewest undone edits that fix each lost row when kept alone. */
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

/** Runs rows twice: a row lost by chance would recover whatever is kept, and keep a useless edit. */
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

function emitPruning(
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

/** A rewrite whose edits are checked one by one. */
export interface Pruning {
  readonly base: Candidate;
  readonly candidate: Candidate;
  /** Train rows that an edit was made for: failures of its parent. */
  rowsOf(edit: Edit): readonly Example[];
  /** Share of a sentence's rows that must now be right; the rows that still fail may need it too. */
  readonly enoughMended: number;
  /** Further rows that must not be lost. */
  readonly guarded: readonly Example[];
}
