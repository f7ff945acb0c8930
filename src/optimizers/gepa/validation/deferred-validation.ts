import type { Candidate } from "../../../core/prompt/candidate.ts";
import { isTight, missingRows, spareRollouts } from "../budget-checks.ts";
import { foldRewrites } from "../rewriting/fold.ts";
import { pruneEdits } from "../rewriting/prune-edits.ts";
import type { Rewrite } from "../rewriting/rewrite.ts";
import { baseOf, type GepaSearch } from "../state.ts";
import { applyRace, reject } from "./decide.ts";
import { raceChallengers } from "./race.ts";
import { openRowOrder } from "./row-order.ts";

// While a prompt fails often, a fold of several rewrites is nearly always better than its parents, and measuring
// each rewrite costs more than a further step. So the fold is measured first. On a tight budget the search even
// builds on it before measuring it, as long as its failures on the train rows, which the next step needs anyway,
// keep decreasing.
const failuresToDefer = 0.2;
// The budget left after validation must still cover a few steps.
const validationsToPrune = 3;
const mostSetbacks = 2;
const mostStepsWithoutGain = 2;
// Half a standard error: a smaller loss is noise, a larger one justifies stepping back.
const setbackZ = 0.5;

/** True if the base fails so often that the fold of its rewrites is tested first. */
export function isFarFromGood(search: GepaSearch): boolean {
  const { options, task, cards, setbacks } = search;
  const isAsked =
    options.merge === "fold" && options.acceptance === "paired" && options.validation === "racing";
  if (!isAsked || setbacks >= mostSetbacks) return false;
  const base = baseOf(search);
  const scores = [...task.train, ...task.validation].flatMap((row) => cards.score(base.id, row) ?? []);
  return scores.filter((score) => score < 1).length >= failuresToDefer * scores.length;
}

/** Appends the fold of the rewrites to the pending candidates; validates it at once if the budget allows. */
export async function deferValidation(
  search: GepaSearch,
  step: number,
  rewrites: readonly Rewrite[],
): Promise<boolean> {
  const folded = await foldRewrites(search, step, rewrites);
  const next = folded ?? rewrites[0];
  if (next === undefined) return false;
  search.pending = [...search.pending, next.candidate];
  return isTight(search, step) || (await validateDeferred(search, step));
}

/** True if the budget covers validating a candidate after these reflections, each asked again at worst. */
export function canValidateLater(search: GepaSearch, reflections: number): boolean {
  return search.spending.rolloutsLeft - 2 * reflections >= search.task.validation.length;
}

/** Compares the newest pending candidate with the leader and clears the pending ones. True if it won. */
export async function validateDeferred(search: GepaSearch, step: number): Promise<boolean> {
  const newest = search.pending.at(-1);
  if (newest === undefined) return false;
  const candidate = await pruneLine(search, step, newest);
  search.pending = [];
  const rowOrder = openRowOrder(search);
  const rewrite: Rewrite = { by: "fold", candidate, parents: [], minibatch: [], lesson: [] };
  const isBetter = applyRace(
    search,
    step,
    rowOrder,
    [rewrite],
    await raceChallengers(search, rowOrder, [candidate]),
  );
  search.setbacks = isBetter ? Math.max(0, search.setbacks - 1) : search.setbacks + 1;
  return isBetter;
}

/** Drops the newest pending candidate if it does worse on train rows than an earlier one. */
export function stepBack(search: GepaSearch, step: number): boolean {
  const newest = search.pending.at(-1);
  if (newest === undefined) return false;
  const line = [search.leader, ...search.pending.slice(0, -1)];
  const best = line.reduce((top, one) => (trainMean(search, one) >= trainMean(search, top) ? one : top));
  const [now, then] = [trainMean(search, newest), trainMean(search, best)];
  const noise = Math.hypot(standardError(search, newest), standardError(search, best));
  const kept = line.indexOf(best);
  const isWorse = now + setbackZ * noise < then;
  const isStuck = now <= then && line.length - kept >= mostStepsWithoutGain;
  if (!isWorse && !isStuck) return false;
  for (const dropped of search.pending.slice(kept)) {
    reject(
      search,
      step,
      dropped,
      `mean on train rows ${now.toFixed(2)}, after ${then.toFixed(2)} for ${best.id}`,
    );
  }
  search.pending = search.pending.slice(0, kept);
  search.setbacks++;
  return true;
}

function trainMean({ task, cards }: GepaSearch, { id }: Candidate): number {
  return cards.mean(id, task.train);
}

function standardError(search: GepaSearch, candidate: Candidate): number {
  const { task, cards } = search;
  const mean = trainMean(search, candidate);
  const rows = task.train.filter((row) => cards.score(candidate.id, row) !== undefined).length;
  // The added constant keeps a few equal scores from looking certain.
  return Math.sqrt((mean * (1 - mean) + 0.02) / Math.max(1, rows));
}

// Sentences can be judged if most of the rows are right already.
const rightToPrune = 2 / 3;

async function pruneLine(search: GepaSearch, step: number, candidate: Candidate): Promise<Candidate> {
  const { leader, provenance, task } = search;
  const spare = spareRollouts(search) - missingRows(search, candidate);
  const isPaidFor = search.options.prune && spare >= validationsToPrune * task.validation.length;
  if (!isPaidFor || trainMean(search, candidate) < rightToPrune) return candidate;
  const pruned = await pruneEdits(search, step, {
    base: leader,
    candidate,
    rowsOf: ({ added }) => provenance.rowsOf(added),
    enoughMended: 0.9,
    guarded: [],
  });
  return pruned ?? candidate;
}
