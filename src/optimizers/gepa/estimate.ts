import type { SearchCost, SearchSize } from "../../contracts/plugin.ts";
import { estimateRewrites } from "../search/estimate-rewrites.ts";
import { estimateSteps } from "../search/estimate-steps.ts";
import { firstRowsOf } from "./budget-checks.ts";
import type { GepaOptions } from "./options.ts";

// Runs of a lane on train rows, in minibatches: the parent's, failures run twice, and the rewrite and its edits
// on the rows they were made for (`gather-failures.ts`, `prune-edits.ts`). Measured on the examples.
const minibatchesOfLane = { likely: 2, high: 6 };
const withoutPruning = { likely: 1, high: 2 };
// Validation sets of a step beyond the first rows: most challengers are stopped early.
const validationsOfStep = 0.6;
// Share of rewrites that stay in the race to its end where all goes on for long.
const finishers = 1 / 2;

/**
 * Steps of lanes, each with a minibatch, a reflection and its first validation rows, and a fold. Low: one step,
 * whose fold is dropped early, of a prompt with few failures left to learn from.
 */
export function estimateGepa(options: GepaOptions, size: SearchSize): SearchCost {
  const { candidatesPerStep: lanes, texts, trainRows, validationRows } = size;
  const steps = estimateSteps(size);
  const isByTest = options.acceptance === "paired";
  const first = isByTest ? firstRowsOf(options, validationRows) : options.minibatch_size;
  const minibatches = options.prune ? minibatchesOfLane : withoutPruning;
  const fold = options.merge === "fold" && isByTest ? 1 : 0;
  const lane = (batches: number) => batches * options.minibatch_size;
  const rewrites = estimateRewrites(size, steps, options.components === "all" ? texts : 1);
  return {
    rollouts: {
      low: steps.low * (Math.min(trainRows, lanes * options.minibatch_size) + first),
      likely:
        steps.likely * (lanes * (lane(minibatches.likely) + first) + validationsOfStep * validationRows),
      high:
        steps.high *
        (lanes * lane(minibatches.high) + (lanes * finishers + 1) * Math.max(first, validationRows)),
    },
    reflections: {
      low: Math.ceil(rewrites.low / 2),
      likely: rewrites.likely + steps.likely * fold,
      high: rewrites.high + steps.high * fold * texts * 2,
    },
  };
}
