import type { ModelSpec } from "../contracts/model-spec.ts";
import type { OptimizationPlan, RunPlan } from "../contracts/run-plan.ts";
import { answerersOf } from "./budget/answerers.ts";
import { createAnswerTally } from "./lab/answer-tally.ts";
import type { Bench } from "./lab/bench.ts";
import type { LiveModel } from "./lab/charged-model.ts";
import type { Meter } from "./lab/meter.ts";
import type { Runtime } from "./run-context.ts";

/** A model of the plan, live. */
export function liveModel(
  key: string,
  models: RunPlan["models"],
  runtime: Pick<Runtime, "model">,
): LiveModel {
  return { answerers: answerersOf(models[key] as ModelSpec, models), model: runtime.model(key) };
}

/** Everything that answers and scores the rows of an optimization; its agent is to be closed afterwards. */
export async function openBench(
  plan: OptimizationPlan,
  models: RunPlan["models"],
  runtime: Runtime,
  meter: Meter,
): Promise<Bench> {
  const scorer = await runtime.scorer(plan);
  const agent = await runtime.agent(plan);
  return {
    plan,
    target: liveModel(plan.models.target, models, runtime),
    judge: liveModel(plan.models.judge, models, runtime),
    scorer,
    ...(plan.models.source === undefined
      ? {}
      : { source: answerersOf(models[plan.models.source] as ModelSpec, models) }),
    ...(agent === undefined ? {} : { agent }),
    meter,
    tally: createAnswerTally(),
    signal: runtime.signal,
    abort: runtime.abort,
  };
}
