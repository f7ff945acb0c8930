import { BudgetError } from "../../core/errors.ts";
import { bootstrapSize } from "../demonstrations/demonstration-options.ts";
import type { MiproOptions } from "./options.ts";
import type { MiproSearch } from "./state.ts";

// Share of a short budget for the proposals and trials of one step, so that another step follows.
const shareOfTrials = 0.3;
// A budget of fewer validation sets is short.
const poorBudget = 5;

/** Limits of a step's spending. */
interface StepPlan {
  readonly minibatchSize: number;
  /** Number of train rows per batch, so that proposals see failures. */
  readonly lessonRows: number;
  /** The largest number of train rows up to `wanted` that the current budget covers. */
  affordableLesson(wanted: number): number;
  /** The number of trials that the budget covers after the proposals. */
  trials(): number;
}

/** Throws BudgetError if the budget does not cover a trial and all rows of one candidate. */
export function planStep(search: MiproSearch, step: number): StepPlan {
  const { options, spending, task } = search;
  const all = task.validation.length;
  const minibatchSize = Math.min(options.minibatch_size, all);
  const proposals = task.limits.candidatesPerStep * Object.keys(task.seed.texts).length;
  if (spending.rolloutsLeft < proposals + all)
    throw new BudgetError(
      `the remaining budget (about ${spending.rolloutsLeft} rollouts) does not cover further proposals and the validation of one of them`,
      "calls",
    );
  return {
    minibatchSize,
    lessonRows: step === 1 ? options.bootstrap_rows : lessonRowsOf(options, task.limits.candidatesPerStep),
    affordableLesson: (wanted) => bootstrapSize(wanted, spending.rolloutsLeft - proposals, all),
    trials() {
      const spare = spending.rolloutsLeft - all;
      const most = Math.floor(Math.min(spare, spending.rolloutsLeft * shareOfTrials) / minibatchSize);
      return Math.min(options.trials, Math.max(most, spare >= minibatchSize ? 1 : 0));
    },
  };
}

/**
 * True if comparing the best with the leader may wait: the budget is short but covers a whole further step
 * before it. What that step finds is worth more than an early validation.
 */
export function canValidateFinalistsLater(search: MiproSearch): boolean {
  const { options, spending, task } = search;
  const all = task.validation.length;
  const step = task.limits.candidatesPerStep * (Object.keys(task.seed.texts).length + options.minibatch_size);
  const left = spending.rolloutsLeft;
  return left < poorBudget * all && left >= all + step + lessonRowsOf(options, task.limits.candidatesPerStep);
}

/** Enough to show every proposal its own failures if about every second row fails. */
export function lessonRowsOf({ examples }: MiproOptions, candidatesPerStep: number): number {
  return Math.ceil((examples * candidatesPerStep) / 2);
}
