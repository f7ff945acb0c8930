import type { Lab, OptimizationTask, SearchEnd } from "../../contracts/optimizer.ts";
import { mixedOrder } from "../halving/mixed-order.ts";
import { runSteps } from "../search/run-steps.ts";
import { createScorecards } from "../search/scorecards.ts";
import { gatherLesson } from "./gather-lesson.ts";
import type { MiproOptions } from "./options.ts";
import { canValidateFinalistsLater, planStep } from "./plan-step.ts";
import { proposeFirstSets, proposeFurtherSets } from "./propose-demonstrations.ts";
import { proposeInstructions } from "./propose-instructions.ts";
import { runTrials } from "./run-trials.ts";
import { startingPoint } from "./starting-point.ts";
import { type MiproSearch, openMiproSearch } from "./state.ts";
import { validateFinalists } from "./validate-finalists.ts";

/**
 * Joint search over instructions and demonstrations (MIPROv2; K. Opsahl-Ong et al., arXiv 2406.11695).
 * Unlike there, every step proposes further instructions, from what the best so far still gets wrong.
 */
export async function searchJointly(
  task: OptimizationTask,
  lab: Lab,
  options: MiproOptions,
): Promise<SearchEnd> {
  const cards = createScorecards(lab);
  await cards.measure(task.seed, task.validation);
  if (cards.isPerfect(task.seed.id, task.validation)) return { stopped: "perfect", steps: 0 };
  const search = openMiproSearch(task, lab, cards, options);
  return runSteps(task, lab, {
    run: (step) => runStep(search, step),
    leader: () => search.leader.candidate,
    validation: ({ id }) => cards.mean(id, task.validation),
    isPerfect: ({ id }) => cards.isPerfect(id, task.validation),
  });
}

/** One step: proposals, trials on a minibatch, and all rows for the best of them. True for progress. */
async function runStep(search: MiproSearch, step: number): Promise<boolean> {
  const { cards, lab, leader, task } = search;
  const plan = planStep(search, step);
  const from = startingPoint(search);
  const order = lab.random.fork(`lesson of step ${step}`);
  await gatherLesson(search, from.candidate, plan.lessonRows, plan.affordableLesson, order);
  await proposeInstructions(search, step, from);
  if (step === 1) proposeFirstSets(search);
  else proposeFurtherSets(search, step);
  const random = lab.random.fork(`rows of step ${step}`);
  const rows = mixedOrder(task.validation, (row) => cards.score(leader.candidate.id, row), random);
  const minibatch = rows.slice(0, plan.minibatchSize);
  await runTrials(search, step, minibatch, plan.trials());
  if (step < task.limits.maxSteps && canValidateFinalistsLater(search)) return true;
  return validateFinalists(search, step, rows, minibatch.length);
}
