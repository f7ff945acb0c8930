import type { LanguageModel } from "../../contracts/language-model.ts";
import { isReasoningModel } from "../../models/limits/known-models.ts";
import type { EvaluationContext } from "../lab/evaluation-context.ts";

/** As for further samples of a reflection. */
const temperatureOfSamples = 0.8;

/**
 * The temperature for further samples; null to keep the model's own, which already varies. "fixed" if answers
 * cannot vary: an application that gives the same answer twice, or a reasoning model that takes no temperature.
 */
export function sampleTemperature(
  { target, agent }: Pick<EvaluationContext, "target" | "agent">,
  isVaried: boolean,
): number | null | "fixed" {
  const [spec] = target.modelChain;
  const { temperature } = spec.parameters;
  if (isVaried && temperature !== 0) return null;
  if (agent !== undefined || isReasoningModel(spec.name)) return isVaried ? null : "fixed";
  return temperature !== undefined && temperature > 0 ? temperature : temperatureOfSamples;
}

/** The evaluation with its target at another temperature. */
export function withTemperature(evaluation: EvaluationContext, temperature: number): EvaluationContext {
  const { modelChain, model } = evaluation.target;
  const warmer: LanguageModel = {
    provider: model.provider,
    modelId: model.modelId,
    complete: (request) => model.complete({ ...request, parameters: { ...request.parameters, temperature } }),
  };
  return { ...evaluation, target: { modelChain, model: warmer } };
}
