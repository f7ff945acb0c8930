import type { SearchSize } from "../../contracts/plugin.ts";
import type { Estimate } from "../../contracts/run-plan.ts";

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
