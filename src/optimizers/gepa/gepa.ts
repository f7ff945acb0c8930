import type { Lab, OptimizationTask, SearchEnd } from "../../contracts/optimizer.ts";
import { OptimizationError } from "../../core/errors.ts";
import type { GepaOptions } from "./options.ts";
import { shorten } from "./rewriting/shorten.ts";
import { type GepaSearch, openGepaSearch } from "./state.ts";
import { runStep } from "./step.ts";
import { validateDeferred } from "./validation/deferred-validation.ts";

/**
 * Reflective evolution over a Pareto front (L. Agrawal et al., arXiv 2507.19457), with a paired test for
 * acceptance, races for validation, and folds of the rewrites of a step.
 */
export async function searchByReflection(
  task: OptimizationTask,
  lab: Lab,
  options: GepaOptions,
): Promise<SearchEnd> {
  if (task.train.length === 0)
    throw new OptimizationError("the engine gepa learns from train rows, and there are none", {
      hint: "give the split a train part, or use `optimizer: metaprompt`, which can do without",
    });
  const search = await openGepaSearch(task, lab, options);
  const end = await runSteps(search);
  if (isLengthPriced(task)) await shorten(search, end.steps);
  return end;
}

async function runSteps(search: GepaSearch): Promise<SearchEnd> {
  const { lab, task } = search;
  const { maxSteps, patience } = task.limits;
  for (let step = 1; step <= maxSteps; step++) {
    lab.signal.throwIfAborted();
    if (isPerfect(search)) return { stopped: "perfect", steps: step - 1 };
    lab.emit({ type: "step-started", step, ...(Number.isFinite(maxSteps) ? { of: maxSteps } : {}) });
    search.fruitless = (await runStep(search, step)) ? 0 : search.fruitless + 1;
    const isLast = step === maxSteps || search.fruitless >= patience;
    if (isLast) await validateDeferred(search, step);
    emitStep(search, step);
    if (isLast && isPerfect(search)) return { stopped: "perfect", steps: step };
    if (search.fruitless >= patience) return { stopped: "no_progress", steps: step };
  }
  return { stopped: "max_steps", steps: maxSteps };
}

function isLengthPriced({ objectives }: OptimizationTask): boolean {
  return (
    objectives !== undefined && (objectives.promptTokens > 0 || objectives.select.kind === "cheapest_within")
  );
}

/** True when the leader is right on every validation row. */
function isPerfect({ cards, task, leader, unproven }: GepaSearch): boolean {
  return unproven.length === 0 && cards.isPerfect(leader.id, task.validation);
}

function emitStep({ cards, lab, leader, task }: GepaSearch, step: number): void {
  const validation = cards.mean(leader.id, task.validation);
  lab.emit({ type: "step-finished", step, best: leader.id, validation });
}
