import type { OptimizationPlan, RunPlan } from "../contracts/run-plan.ts";
import type { Bench } from "./lab/bench.ts";
import type { Emit, Runtime } from "./run-context.ts";

/** What the stages of one optimization share. */
export interface Work {
  readonly plan: OptimizationPlan;
  readonly models: RunPlan["models"];
  readonly runtime: Runtime;
  readonly bench: Bench;
  readonly emit: Emit;
}
