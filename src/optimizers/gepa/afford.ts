import type { Candidate } from "../../core/candidate.ts";
import { BudgetError } from "../../core/errors.ts";
import type { Search } from "./state.ts";

/** Validation rows a candidate has not run on. */
export function missingRows({ task, cards }: Search, candidate: Candidate): number {
  return task.validation.filter((row) => !cards.isMeasured(candidate.id, row)).length;
}

/**
 * Rollouts that may be spent on finding something better: what is left, less what it takes to measure
 * the best candidate at hand in full, without which the runner could not choose it.
 */
export function spareRollouts(search: Search): number {
  const kept =
    search.unproven.length > 0 ? search.task.validation.length : missingRows(search, search.leader);
  return search.spending.rolloutsLeft - kept;
}

/** Rollouts and reflections of a step up to its new candidates. */
export function costOfRewrites({ task, options }: Search, lanes = task.limits.candidatesPerStep): number {
  return lanes * (options.minibatch_size + 1) + (options.merge === "fold" ? 1 : 0);
}

/**
 * Must the search save rollouts? Not while the budget pays every step to come for comparing its fold
 * and its best rewrites with the leader.
 */
export function isTight(search: Search, step: number): boolean {
  const { limits, validation } = search.task;
  const comparisons = 3 * validation.length;
  const stepsLeft = limits.maxSteps - step + 1;
  return search.spending.rolloutsLeft < stepsLeft * (costOfRewrites(search) + comparisons);
}

/**
 * Does the budget pay for all lanes of a step, and after it for measuring what comes of them? A
 * candidate of the unproven line is measured in place of the one it was made from.
 */
export function canPayStep(search: Search): boolean {
  const spare = spareRollouts(search) - costOfRewrites(search);
  return search.unproven.length > 0 ? spare >= 0 : spare >= search.task.validation.length;
}

/** Lanes that can run and still leave enough to measure one new candidate in full; BudgetError for none. */
export function affordableLanes(search: Search): number {
  const { limits, validation } = search.task;
  const spare = spareRollouts(search) - validation.length;
  const lanes = Math.min(limits.candidatesPerStep, Math.floor(spare / costOfRewrites(search, 1)));
  if (lanes >= 1) return lanes;
  throw new BudgetError(
    `what is left of the budget (about ${search.spending.rolloutsLeft} rollouts) does not pay for another candidate and its validation`,
    "calls",
  );
}
