import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { ModelParameters } from "../../core/prompt/prompt.ts";
import { isReasoningModel } from "./is-reasoning-model.ts";

/** The limit that the user set, for all calls of the model or for this one; undefined without one. */
export function ownOutputLimit(
  { parameters }: Pick<ModelSpec, "parameters">,
  given?: ModelParameters,
): number | undefined {
  const own = given?.maxTokens ?? parameters.maxTokens;
  return own === undefined || own < 1 ? undefined : own;
}

/** Output tokens that a call may take; where nobody set a limit, the one that a budget would set. */
export function outputLimitOf(
  spec: Pick<ModelSpec, "name" | "parameters" | "outputLimit">,
  given?: ModelParameters,
): number {
  return ownOutputLimit(spec, given) ?? spec.outputLimit?.tokens ?? usualOutputLimit(spec.name);
}

/** Tokens an answer has room in: hidden reasoning counts as output. */
export function usualOutputLimit(name: string): number {
  return isReasoningModel(name) ? 32_768 : 4096;
}
