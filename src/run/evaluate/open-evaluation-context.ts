import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { OptimizationPlan, RunPlan } from "../../contracts/run-plan.ts";
import { modelChainOf } from "../budget/worst-case.ts";
import type { LiveModel } from "../lab/charged-model.ts";
import { createAnswerTally, type EvaluationContext } from "../lab/evaluation-context.ts";
import type { Meter } from "../lab/meter.ts";
import type { Runtime } from "../session/run-context.ts";

/** A live model of the plan. */
export function liveModel(
  key: string,
  models: RunPlan["models"],
  runtime: Pick<Runtime, "model">,
): LiveModel {
  return { modelChain: modelChainOf(models[key] as ModelSpec, models), model: runtime.model(key) };
}

/** Everything needed to answer and score the rows of an optimization. Close its agent afterwards. */
export async function openEvaluationContext(
  plan: OptimizationPlan,
  models: RunPlan["models"],
  runtime: Runtime,
  meter: Meter,
): Promise<EvaluationContext> {
  const scorer = await runtime.scorer(plan);
  const agent = await runtime.agent(plan);
  return {
    plan,
    target: liveModel(plan.models.target, models, runtime),
    judge: liveModel(plan.models.judge, models, runtime),
    scorer,
    ...(plan.models.source === undefined
      ? {}
      : { source: modelChainOf(models[plan.models.source] as ModelSpec, models) }),
    ...(agent === undefined ? {} : { agent }),
    meter,
    tally: createAnswerTally(),
    signal: runtime.signal,
    abort: runtime.abort,
  };
}
