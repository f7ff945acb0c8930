import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { OptimizationPlan, RunPlan } from "../../contracts/run-plan.ts";
import { answerersOf } from "./answerers.ts";
import { defaultOutputCap } from "./worst-case.ts";

/**
 * Keys of the models that must be told how long an answer may be: the budget of an optimization that uses
 * them caps tokens or dollars, and without `max_tokens` the worst case of a call has no bound.
 */
export function modelsToCap(
  optimizations: readonly OptimizationPlan[],
  models: RunPlan["models"],
): readonly string[] {
  const capped = optimizations
    .filter(({ budget }) => budget.tokens !== undefined || budget.usd !== undefined)
    .flatMap(({ models: used }) => Object.values(used))
    .flatMap((key) => answerersOf(models[key] as ModelSpec, models))
    .filter(({ parameters }) => parameters.maxTokens === undefined || parameters.maxTokens < 1)
    .map(({ key }) => key);
  return [...new Set(capped)].sort();
}

/** The models with the cap on those that need one. */
export function withOutputCaps(models: RunPlan["models"], capped: readonly string[]): RunPlan["models"] {
  const pairs = Object.entries(models).map(([key, spec]): [string, ModelSpec] => [
    key,
    capped.includes(key)
      ? { ...spec, parameters: { ...spec.parameters, maxTokens: defaultOutputCap } }
      : spec,
  ]);
  return Object.fromEntries(pairs);
}

/** What a person should know of a plan's own decisions. */
export function planNotes({ cappedModels = [] }: RunPlan): readonly string[] {
  if (cappedModels.length === 0) return [];
  return [
    `max_tokens ${defaultOutputCap} is sent to ${cappedModels.join(", ")}, so that the budget has a bound; a max_tokens of your own replaces it`,
  ];
}
