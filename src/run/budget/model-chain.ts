import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { Price } from "../../core/usage.ts";

/** Models any of which may answer one call: the one asked, then its fallbacks. */
export type ModelChain = readonly [ModelSpec, ...ModelSpec[]];

export function modelChainOf(spec: ModelSpec, models: Readonly<Record<string, ModelSpec>>): ModelChain {
  return [spec, ...spec.fallbacks.flatMap((key) => models[key] ?? [])];
}

/**
 * Price of an answer; `answeredBy` is the model id of the fallback that gave it. Of several with that
 * name, at several providers, the dearest: a cap may be kept too well, but not crossed.
 */
export function priceOf([spec, ...fallbacks]: ModelChain, answeredBy: string | undefined): Price | undefined {
  if (answeredBy === undefined) return spec.price;
  const prices = fallbacks.filter(({ name }) => name === answeredBy).map(({ price }) => price);
  if (prices.includes(undefined)) return undefined;
  const sum = (price: Price | undefined) => (price === undefined ? 0 : price.input + price.output);
  return prices.sort((one, other) => sum(other) - sum(one))[0];
}
