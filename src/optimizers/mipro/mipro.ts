import type { Lab, OptimizationTask, SearchEnd } from "../../contracts/optimizer.ts";
import type { SearchCost, SearchSize } from "../../contracts/plugin.ts";
import { defineOptimizer } from "../../plugins/define.ts";
import { bootstrapSize, estimateShownRows } from "../demonstrations/demonstration-options.ts";
import { estimateHalving, mixedOrder } from "../search/halving-race.ts";
import { estimateRewrites } from "../search/rewrite-texts.ts";
import { estimateSteps, runSteps } from "../search/run-steps.ts";
import { createScorecards } from "../search/scorecards.ts";
import { gatherLesson, mostBatches } from "./gather-lesson.ts";
import { type MiproOptions, miproOptions } from "./options.ts";
import { canValidateFinalistsLater, lessonRowsOf, planStep } from "./plan-step.ts";
import { proposeFirstSets, proposeFurtherSets } from "./propose-demonstrations.ts";
import { proposeInstructions } from "./propose-instructions.ts";
import { runTrials } from "./run-trials.ts";
import { type MiproSearch, openMiproSearch, type TriedCombination } from "./state.ts";
import { fitSurrogate, observe } from "./surrogate.ts";
import { finalists, validateFinalists } from "./validate-finalists.ts";

export const mipro = defineOptimizer({
  name: "mipro",
  revision: 2,
  summary: "instructions and worked examples chosen together: a model of their effects picks what to try",
  options: miproOptions,
  estimate: estimateMipro,
  create: (options) => ({ optimize: (task, lab) => searchJointly(task, lab, options) }),
});

/**
 * Joint search over instructions and demonstrations (MIPROv2; K. Opsahl-Ong et al., arXiv 2406.11695). Unlike
 * the original, every step proposes further instructions, based on the failures of the best combination so
 * far.
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

/**
 * A bootstrap, then steps of proposals, trials on a minibatch and a comparison of the best with the leader.
 * Low: half of the trials are new combinations, and none is run on all rows.
 */
function estimateMipro(options: MiproOptions, size: SearchSize): SearchCost {
  const { candidatesPerStep, rollouts, texts, trainRows, validationRows } = size;
  const steps = estimateSteps(size);
  const minibatch = Math.min(options.minibatch_size, validationRows);
  const bootstrap = Math.max(
    0,
    bootstrapSize(Math.min(options.bootstrap_rows, trainRows), rollouts, validationRows),
  );
  const lesson = Math.min(trainRows, lessonRowsOf(options, candidatesPerStep));
  // Without demonstrations, a step has no more combinations than proposals.
  const trials =
    options.max_demonstrations === 0 ? Math.min(options.trials, candidatesPerStep) : options.trials;
  const comparison = estimateHalving(finalists, minibatch, validationRows).most;
  return {
    rollouts: {
      low: bootstrap + steps.low * Math.ceil(trials / 2) * minibatch,
      likely:
        bootstrap +
        (steps.likely - 1) * lesson +
        steps.likely * (trials * minibatch + validationRows - minibatch),
      high:
        Math.min(trainRows, bootstrap * mostBatches) +
        (steps.high - 1) * Math.min(trainRows, lesson * mostBatches) +
        steps.high * (options.trials * minibatch + comparison),
    },
    reflections: estimateRewrites(size, steps, texts),
    // Combinations without demonstrations are tried as well.
    shownRows: { ...estimateShownRows(options, size), low: 0 },
  };
}

/** The start of a step's proposals: the tried combination with the highest expected gain. */
function startingPoint(search: MiproSearch): TriedCombination {
  const surrogate = fitSurrogate(observe(search));
  const all = [...search.tried.values()].flatMap((one) => one ?? []);
  return all.reduce((top, one) =>
    surrogate.expected(one.combination) > surrogate.expected(top.combination) ? one : top,
  );
}
