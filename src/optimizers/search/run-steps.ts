import type { Lab, OptimizationTask, SearchEnd } from "../../contracts/optimizer.ts";
import type { SearchSize } from "../../contracts/plugin.ts";
import type { Estimate } from "../../contracts/run-plan.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";

// Typical number of steps, in multiples of the patience, of a search bounded by its budget. The last figure
// is rarely exceeded.
const timesPatience = 2.5;
const mostWithoutLimit = 100;
// Share of the planned steps: a search ends early without progress.
const usualShare = 0.8;

/** Estimated number of steps. The minimum is one, which may find a perfect prompt. */
export function estimateSteps({ maxSteps, patience }: SearchSize): Estimate {
  if (!Number.isFinite(maxSteps))
    return { low: 1, likely: timesPatience * patience, high: Math.max(mostWithoutLimit, patience) };
  const usual = Math.max(patience, maxSteps * usualShare);
  return { low: Math.min(1, maxSteps), likely: Math.min(maxSteps, usual), high: maxSteps };
}

/** What a step-based search needs from its engine. */
interface Steps {
  /** Called before each step. Throws BudgetError if the rest of the budget does not cover one. */
  readonly refuseUnpayable?: () => void;
  /** Returns true for progress. */
  readonly run: (step: number) => Promise<boolean>;
  readonly leader: () => Candidate;
  /** Mean score of a measured candidate over the validation rows. */
  readonly validation: (candidate: Candidate) => number;
  /** True if it is right on every validation row, none of them missing. */
  readonly isPerfect: (candidate: Candidate) => boolean;
}

/** Runs steps until the leader is perfect, `patience` steps in a row bring no progress, or all are done. */
export async function runSteps(task: OptimizationTask, lab: Lab, steps: Steps): Promise<SearchEnd> {
  const { maxSteps, patience } = task.limits;
  let fruitless = 0;
  for (let step = 1; step <= maxSteps; step++) {
    lab.signal.throwIfAborted();
    steps.refuseUnpayable?.();
    lab.emit({ type: "step-started", step, ...(Number.isFinite(maxSteps) ? { of: maxSteps } : {}) });
    fruitless = (await steps.run(step)) ? 0 : fruitless + 1;
    const leader = steps.leader();
    const validation = steps.validation(leader);
    lab.emit({ type: "step-finished", step, best: leader.id, validation });
    if (steps.isPerfect(leader)) return { stopped: "perfect", steps: step };
    if (fruitless >= patience) return { stopped: "no_progress", steps: step };
  }
  return { stopped: "max_steps", steps: maxSteps };
}
