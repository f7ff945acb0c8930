import type { ModelParameters } from "../core/prompt/prompt.ts";

/** The model's own parameters with those of a request over them; `other` is merged key by key. */
export function mergeParameters(own: ModelParameters, given: ModelParameters | undefined): ModelParameters {
  if (given === undefined) return own;
  const merged = { ...own, ...given };
  if (own.other === undefined || given.other === undefined) return merged;
  return { ...merged, other: { ...own.other, ...given.other } };
}
