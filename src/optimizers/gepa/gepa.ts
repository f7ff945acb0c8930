import type { Lab, OptimizationTask, SearchEnd } from "../../contracts/optimizer.ts";
import { missingRows } from "./afford.ts";
import { prove } from "./grow.ts";
import type { GepaOptions } from "./options.ts";
import { openSearch, type Search } from "./state.ts";
import { runStep } from "./step.ts";

/**
 * Reflective evolution over a Pareto front (Agrawal et al., arXiv 2507.19457), with a paired test for
 * acceptance, races for validation, and folds of the rewrites of a step.
 */
export async function searchByReflection(
  task: OptimizationTask,
  lab: Lab,
  options: GepaOptions,
): Promise<SearchEnd> {
  const search = await openSearch(task, lab, options);
  const { maxSteps, patience } = task.limits;
  let stepsWithoutProgress = 0;
  for (let step = 1; step <= maxSteps; step++) {
    lab.signal.throwIfAborted();
    if (await isPerfect(search)) return { stopped: "perfect", steps: step - 1 };
    lab.emit({ type: "step-started", step, ...(Number.isFinite(maxSteps) ? { of: maxSteps } : {}) });
    const isProgress = await runStep(search, step);
    tellStep(search, step);
    stepsWithoutProgress = isProgress ? 0 : stepsWithoutProgress + 1;
    if (stepsWithoutProgress >= patience) {
      await finish(search, step);
      return { stopped: "no_progress", steps: step };
    }
  }
  await finish(search, maxSteps);
  return { stopped: (await isPerfect(search)) ? "perfect" : "max_steps", steps: maxSteps };
}

/** True when the leader is right on every validation row. */
async function isPerfect(search: Search): Promise<boolean> {
  const { cards, task, leader, unproven } = search;
  if (unproven.length > 0 || cards.mean(leader.id, task.validation) < 1) return false;
  await cards.measure(leader, task.validation);
  return cards.mean(leader.id, task.validation) === 1;
}

/** Measures what the runner may choose from: only candidates with all validation rows count there. */
async function finish(search: Search, step: number): Promise<void> {
  await prove(search, step);
  if (missingRows(search, search.leader) === 0) return;
  await search.cards.measure(search.leader, search.task.validation);
  tellStep(search, step);
}

function tellStep({ cards, lab, leader, task }: Search, step: number): void {
  const validation = cards.mean(leader.id, task.validation);
  lab.emit({ type: "step-finished", step, best: leader.id, validation });
}
