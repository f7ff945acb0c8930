import { BudgetError } from "../../core/errors.ts";
import { bootstrapSize } from "../demonstrations/demonstration-options.ts";
import type { MiproOptions } from "./options.ts";
import type { MiproSearch } from "./state.ts";

// Of what is left when it runs short: proposals and trials of one step, so that there is a next one.
const shareOfTrials = 0.3;
// A budget of fewer validation sets runs short.
const poorBudget = 5;

/** What a step may spend. */
interface StepPlan {
  readonly minibatchSize: number;
  /** Train rows to run at a time, so that proposals see failures. */
  readonly lessonRows: number;
  /** As many of so many train rows as the budget allows, as it stands. */
  affordableLesson(wanted: number): number;
  /** Trials, as the budget stands once the proposals are in. */
  trials(): number;
}

/** Throws BudgetError where the budget does not pay for a trial and all rows of one candidate. */
export function planStep(search: MiproSearch, step: number): StepPlan {
  const { options, spending, task } = search;
  const all = task.validation.length;
  const minibatchSize = Math.min(options.minibatch_size, all);
  const proposals = task.limits.candidatesPerStep * Object.keys(task.seed.texts).length;
  if (spending.rolloutsLeft < proposals + all)
    throw new BudgetError(
      `what is left of the budget (about ${spending.rolloutsLeft} rollouts) does not pay for further proposals and the validation of one of them`,
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
 * May comparing the best with the leader wait? It may where the budget runs short, as long as it pays for
 * a whole step before it: what a further step learns is worth more than an early proof.
 */
export function canValidateFinalistsLater(search: MiproSearch): boolean {
  const { options, spending, task } = search;
  const all = task.validation.length;
  const step = task.limits.candidatesPerStep * (Object.keys(task.seed.texts).length + options.minibatch_size);
  const left = spending.rolloutsLeft;
  return left < poorBudget * all && left >= all + step + lessonRowsOf(options, task.limits.candidatesPerStep);
}

/** Enough to show every proposal failures of its own where about every second row fails. */
export function lessonRowsOf({ examples }: MiproOptions, candidatesPerStep: number): number {
  return Math.ceil((examples * candidatesPerStep) / 2);
}
