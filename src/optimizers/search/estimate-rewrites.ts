import type { SearchSize } from "../../contracts/plugin.ts";
import type { Estimate } from "../../contracts/run-plan.ts";

// A reply that cannot be read, or breaks the contract, is asked for once more.
const callsPerRewrite: Estimate = { low: 1, likely: 1.1, high: 2 };

/** Reflections of so many steps in which every lane rewrites some texts. */
export function estimateRewrites(
  { candidatesPerStep }: SearchSize,
  steps: Estimate,
  textsPerRewrite: number,
): Estimate {
  const rewrites = candidatesPerStep * textsPerRewrite;
  return {
    low: steps.low * rewrites * callsPerRewrite.low,
    likely: steps.likely * rewrites * callsPerRewrite.likely,
    high: steps.high * rewrites * callsPerRewrite.high,
  };
}
