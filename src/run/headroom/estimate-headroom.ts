import type { OptimizationPlan, RunPlan } from "../../contracts/run-plan.ts";
import type { ProjectOptimization } from "../../project/project.ts";
import { pricesOf, sumOfBills } from "../plan/estimate-bills.ts";
import { estimateFacts } from "../plan/estimate-parts.ts";
import type { HeadroomPlan } from "./plan-headroom.ts";

/** Likely dollars of a headroom test; null if a price is unknown. */
export function estimateHeadroom(
  plan: OptimizationPlan,
  models: RunPlan["models"],
  { judgeCalls }: Pick<ProjectOptimization, "judgeCalls">,
  { rows, repeated, sampled, samples, compared }: HeadroomPlan,
): number | null {
  const prices = pricesOf({ plan, models, facts: estimateFacts(rows) }, 0, "likely");
  const target = rows.length + repeated + sampled * samples;
  const answered = target + compared;
  const bills = [prices.base(target), prices.source(compared), prices.judge(answered * judgeCalls.usual)];
  return sumOfBills(bills).usd;
}
