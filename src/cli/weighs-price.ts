import type { OptimizationPlan } from "../contracts/run-plan.ts";

/** Does the choice of the winner look at anything but quality? */
export function weighsPrice({
  objectives,
  select,
}: Pick<OptimizationPlan, "objectives" | "select">): boolean {
  return objectives.promptTokens !== 0 || select.kind === "cheapest_within";
}
