import type { Lab, OptimizationTask, SearchEnd } from "../../contracts/optimizer.ts";
import type { SearchSize } from "../../contracts/plugin.ts";
import type { Estimate } from "../../contracts/run-plan.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";

// A search that its budget bounds takes about so many times its patience; hardly any goes beyond the last figure.
const timesPatience = 2.5;
const mostWithoutLimit = 100;
// Of the steps planned: a search ends early when nothing more is found.
const usualShare = 0.8;

/** Steps that a search of many steps makes. One is the least: it may find a perfect prompt. */
export function estimateSteps({ maxSteps, patience }: SearchSize): Estimate {
  if (!Number.isFinite(maxSteps))
    return { low: 1, likely: timesPatience * patience, high: Math.max(mostWithoutLimit, patience) };
  const usual = Math.max(patience, maxSteps * usualShare);
  return { low: Math.min(1, maxSteps), likely: Math.min(maxSteps, usual), high: maxSteps };
}

/** What a search of steps asks of its engine. */
interface Steps {
  /** Called before each step; throws BudgetError when the rest does not pay for one. */
  readonly refuseUnpayable?: () => void;
  /** True for progress. */
  readonly run: (step: number) => Promise<boolean>;
  readonly leader: () => Candidate;
  /** Mean of a measured candidate over the validation rows. */
  readonly validation: (candidate: Candidate) => number;
  /** Right on every validation row, none of them missing. */
  readonly isPerfect: (candidate: Candidate) => boolean;
}

/** Step after step until one leads to a perfect leader, `patience` of them bring nothing, or all are done. */
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
