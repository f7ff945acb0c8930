import type { Lab, OptimizationTask, SearchEnd } from "../../contracts/optimizer.ts";
import type { SearchCost, SearchSize } from "../../contracts/plugin.ts";
import { OptimizationError } from "../../core/errors.ts";
import { defineOptimizer } from "../../plugins/define.ts";
import { estimateRewrites } from "../search/rewrite-texts.ts";
import { estimateSteps } from "../search/run-steps.ts";
import { createStepEvents } from "../search/step-events.ts";
import { firstRowsOf } from "./budget-checks.ts";
import { type GepaOptions, gepaOptions } from "./options.ts";
import { tryLabels } from "./rewriting/label-rewrites.ts";
import { shorten } from "./rewriting/shorten.ts";
import { type GepaSearch, openGepaSearch } from "./state.ts";
import { canOverlap, decide, type Proposal, propose } from "./step.ts";
import { validateDeferred } from "./validation/deferred-validation.ts";

// Minibatches of train rows per lane: the parent's, failures run twice, and the rewrite and its edits on the
// rows they were made for (`gather-failures.ts`, `prune-edits.ts`). Measured on the examples.
const minibatchesOfLane = { likely: 2, high: 6 };
const withoutPruning = { likely: 1, high: 2 };
// Validation sets per step beyond the first rows: most challengers stop early.
const validationsOfStep = 0.6;
// Share of rewrites that run all rows in long searches.
const finishers = 1 / 2;

/**
 * Steps of lanes, each with a minibatch, a reflection and its first validation rows, and a fold. Low: one
 * step whose fold is dropped early, of a prompt with few failures.
 */
function estimateGepa(options: GepaOptions, size: SearchSize): SearchCost {
  const { candidatesPerStep: lanes, texts, trainRows, validationRows } = size;
  const steps = estimateSteps(size);
  const isByTest = options.acceptance === "paired";
  const first = isByTest ? firstRowsOf(options, validationRows) : options.minibatch_size;
  const minibatches = options.prune ? minibatchesOfLane : withoutPruning;
  const fold = options.merge === "fold" && isByTest ? 1 : 0;
  const lane = (batches: number) => batches * options.minibatch_size;
  const rewrites = estimateRewrites(size, steps, options.components === "all" ? texts : 1, true);
  return {
    rollouts: {
      low: steps.low * (Math.min(trainRows, lanes * options.minibatch_size) + first),
      likely:
        steps.likely * (lanes * (lane(minibatches.likely) + first) + validationsOfStep * validationRows),
      high:
        steps.high *
          (lanes * lane(minibatches.high) + (lanes * finishers + 1) * Math.max(first, validationRows)) +
        // Two rewrites that try the set of labels.
        (options.labels ? 2 * validationRows : 0),
    },
    reflections: {
      low: Math.ceil(rewrites.low / 2),
      likely: rewrites.likely + steps.likely * fold,
      high: rewrites.high + steps.high * fold * texts * 2,
    },
  };
}

export const gepa = defineOptimizer({
  name: "gepa",
  revision: 3,
  summary: "reflective evolution: rewrites learn from failures, compete on validation rows, and are combined",
  options: gepaOptions,
  estimate: estimateGepa,
  create: (options) => ({ optimize: (task, lab) => searchByReflection(task, lab, options) }),
});

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
    throw new OptimizationError("the engine gepa needs train rows, but there are none", {
      hint: "give the split a train part, or use `optimizer: metaprompt`, which works without",
    });
  const events = createStepEvents((event) => lab.emit(event));
  try {
    const search = await openGepaSearch(task, lab, options, events.emit);
    await tryLabels(search);
    const end = await runSteps(search);
    if (isLengthPriced(task)) await shorten(search, end.steps);
    return end;
  } finally {
    events.flush();
  }
}

async function runSteps(search: GepaSearch): Promise<SearchEnd> {
  const { maxSteps, patience } = search.task.limits;
  let upcoming: Promise<Proposal> | undefined;
  for (let step = 1; step <= maxSteps; step++) {
    if (isPerfect(search)) {
      // It is paid for, and must not go on when the search has ended.
      await Promise.allSettled([upcoming]);
      return { stopped: "perfect", steps: step - 1 };
    }
    const proposal = await (upcoming ?? propose(search, step));
    // Rewrites of an earlier leader that bring nothing say little about the present one.
    const isStale = proposal.leader !== search.leader;
    upcoming = canOverlap(search, step, proposal) ? propose(search, step + 1) : undefined;
    const isProgress = await alongside(upcoming, decide(search, step, proposal));
    if (isProgress) search.fruitless = 0;
    else if (!isStale) search.fruitless++;
    const isLast = step === maxSteps || search.fruitless >= patience;
    if (isLast) await validateDeferred(search, step);
    emitStep(search, step);
    if (isLast && isPerfect(search)) return { stopped: "perfect", steps: step };
    if (search.fruitless >= patience) return { stopped: "no_progress", steps: step };
  }
  return { stopped: "max_steps", steps: maxSteps };
}

/** The result of a promise, while another one that is awaited later is in progress. */
async function alongside<T>(later: Promise<unknown> | undefined, now: Promise<T>): Promise<T> {
  later?.catch(() => {});
  try {
    return await now;
  } catch (error) {
    await Promise.allSettled([later]);
    throw error;
  }
}

function isLengthPriced({ objectives }: OptimizationTask): boolean {
  return (
    objectives !== undefined && (objectives.promptTokens > 0 || objectives.select.kind === "cheapest_within")
  );
}

/** True if the leader is right on every validation row. */
function isPerfect({ cards, task, leader, pending }: GepaSearch): boolean {
  return pending.length === 0 && cards.isPerfect(leader.id, task.validation);
}

function emitStep({ cards, lab, leader, task }: GepaSearch, step: number): void {
  const validation = cards.mean(leader.id, task.validation);
  lab.emit({ type: "step-finished", step, best: leader.id, validation });
}
