import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { Price } from "../../core/usage.ts";

/** Models any of which may answer one call: the one asked, then its fallbacks. */
export type Answerers = readonly [ModelSpec, ...ModelSpec[]];

export function answerersOf(spec: ModelSpec, models: Readonly<Record<string, ModelSpec>>): Answerers {
  return [spec, ...spec.fallbacks.flatMap((key) => models[key] ?? [])];
}

/** Price of an answer; `answeredBy` is the model id of the fallback that gave it. */
export function priceOf([spec, ...fallbacks]: Answerers, answeredBy: string | undefined): Price | undefined {
  return answeredBy === undefined ? spec.price : fallbacks.find(({ name }) => name === answeredBy)?.price;
}
