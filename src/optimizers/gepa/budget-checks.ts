import { BudgetError } from "../../core/errors.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";
import type { GepaOptions } from "./options.ts";
import type { GepaSearch } from "./state.ts";

// Fewer rows are not informative if the defender seldom fails.
const blocksAtFirst = 2;

/** Number of validation rows on which a candidate has not run. */
export function missingRows({ task, cards }: GepaSearch, candidate: Candidate): number {
  return task.validation.filter((row) => !cards.isMeasured(candidate.id, row)).length;
}

/**
 * Rollouts available for exploration: the remaining ones minus those needed to measure the newest pending
 * candidate, which the runner could not choose otherwise.
 */
export function spareRollouts({ spending, task, pending }: GepaSearch): number {
  return spending.rolloutsLeft - (pending.length > 0 ? task.validation.length : 0);
}

/** Rows that a challenger runs before its first check, if the leader has many failures. */
export function firstRows({ options, task }: GepaSearch): number {
  return firstRowsOf(options, task.validation.length);
}

export function firstRowsOf({ block_size, validation }: GepaOptions, rows: number): number {
  return validation === "full" ? rows : Math.min(rows, blocksAtFirst * block_size);
}

/**
 * Rollouts and reflections of one lane. A search that defers validation does not run its rewrites one by one.
 */
function costOfLane(search: GepaSearch, isDeferring: boolean): number {
  return search.options.minibatch_size + 1 + (isDeferring ? 0 : firstRows(search));
}

function costOfStep(search: GepaSearch, isDeferring: boolean, steps = 1): number {
  const fold = search.options.merge === "fold" ? 1 : 0;
  return steps * search.task.limits.candidatesPerStep * costOfLane(search, isDeferring) + fold;
}

/**
 * True if the search must save rollouts, that is, if the budget does not cover comparing the fold and the
 * best rewrites of every step to come with the leader.
 */
export function isTight(search: GepaSearch, step: number): boolean {
  const { limits, validation } = search.task;
  const comparisons = 3 * validation.length;
  const stepsLeft = limits.maxSteps - step + 1;
  return search.spending.rolloutsLeft < stepsLeft * (costOfStep(search, true) + comparisons);
}

/**
 * True if the budget covers all lanes of a step and measuring their results. A pending candidate is measured
 * in place of the one it was made from.
 */
export function canPayStep(search: GepaSearch, isDeferring: boolean, steps = 1): boolean {
  const spare = spareRollouts(search) - costOfStep(search, isDeferring, steps);
  return search.pending.length > 0 ? spare >= 0 : spare >= search.task.validation.length;
}

/**
 * Number of lanes that can run and still leave enough to measure one new candidate in full. Throws
 * BudgetError if there are none.
 */
export function affordableLanes(search: GepaSearch, isDeferring: boolean): number {
  const { limits, validation } = search.task;
  const fold = search.options.merge === "fold" ? 1 : 0;
  const spare = spareRollouts(search) - validation.length - fold;
  const lanes = Math.min(limits.candidatesPerStep, Math.floor(spare / costOfLane(search, isDeferring)));
  if (lanes >= 1) return lanes;
  throw new BudgetError(
    `the remaining budget (about ${search.spending.rolloutsLeft} rollouts) does not cover another candidate and its validation`,
    "calls",
  );
}

/** How many more challengers can run their first rows and leave enough for one of them to run all rows. */
export function affordableChallengers(search: GepaSearch, firstBlock: number): number {
  const rest = search.task.validation.length - firstBlock;
  return Math.max(0, Math.floor((spareRollouts(search) - rest) / firstBlock));
}

// Number of validation sets that cover several careful steps.
const validationsToBeCareful = 5;

/** True if the budget covers running failures twice and judging edits one by one. */
export function isCareful({ options, spending, task }: GepaSearch): boolean {
  return options.prune && spending.rolloutsLeft >= validationsToBeCareful * task.validation.length;
}
