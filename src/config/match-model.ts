import type { ModelConfiguration } from "../core/prompt/prompt.ts";
import type { Config, ModelConfig } from "./config.ts";
import { providerNamed } from "./providers.ts";

/**
 * The models of a config that match a version by model name and, if given, provider. If several models have the
 * name and the version has no provider, `openai` is assumed.
 */
export function matchModels(
  { model, provider }: Pick<ModelConfiguration, "model" | "provider">,
  models: Config["models"],
): readonly ModelConfig[] {
  const named = Object.values(models).filter(({ spec }) => spec.name === model);
  if (provider === undefined && named.length < 2) return named;
  const wanted = providerNamed(provider ?? "openai");
  return named.filter(({ spec }) => spec.provider === wanted);
}

/** Key of the only matching model; undefined if none or several match. */
export function matchModelEntry(
  version: Pick<ModelConfiguration, "model" | "provider">,
  models: Config["models"],
): string | undefined {
  const [first, ...others] = matchModels(version, models);
  return others.length === 0 ? first?.spec.key : undefined;
}
