import type { OptimizationPlan, RunPlan } from "../../contracts/run-plan.ts";
import type { EvaluationContext } from "../lab/evaluation-context.ts";
import type { Emit, Runtime } from "./run-context.ts";

/** Values shared by the stages of one optimization. */
export interface StageContext {
  readonly plan: OptimizationPlan;
  readonly models: RunPlan["models"];
  readonly runtime: Runtime;
  readonly evaluation: EvaluationContext;
  readonly emit: Emit;
}
