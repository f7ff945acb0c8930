import type { SearchCost, SearchSize } from "../../contracts/plugin.ts";
import { bootstrapSize } from "../demonstrations/bootstrap-size.ts";
import { estimateShownRows } from "../demonstrations/estimate-shown-rows.ts";
import { estimateHalving } from "../halving/estimate-halving.ts";
import { estimateRewrites } from "../search/estimate-rewrites.ts";
import { estimateSteps } from "../search/estimate-steps.ts";
import { mostBatches } from "./gather-lesson.ts";
import type { MiproOptions } from "./options.ts";
import { lessonRowsOf } from "./plan-step.ts";
import { finalists } from "./validate-finalists.ts";

/**
 * A bootstrap, then steps of proposals, trials on a minibatch and a comparison of the best with the leader. Low:
 * half of the trials are new combinations, and none is worth all rows.
 */
export function estimateMipro(options: MiproOptions, size: SearchSize): SearchCost {
  const { candidatesPerStep, rollouts, texts, trainRows, validationRows } = size;
  const steps = estimateSteps(size);
  const minibatch = Math.min(options.minibatch_size, validationRows);
  const bootstrap = Math.max(
    0,
    bootstrapSize(Math.min(options.bootstrap_rows, trainRows), rollouts, validationRows),
  );
  const lesson = Math.min(trainRows, lessonRowsOf(options, candidatesPerStep));
  // Where no demonstrations are searched for, a step has no more combinations than proposals.
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
    // Combinations without any are tried as well.
    shownRows: { ...estimateShownRows(options, size), low: 0 },
  };
}
