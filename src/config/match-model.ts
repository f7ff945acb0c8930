import type { ModelConfiguration } from "../core/prompt/prompt.ts";
import type { Config, ModelConfig } from "./config.ts";

/** Providers that a stored version may name otherwise than a config does. */
const aliases: Readonly<Record<string, string>> = { openai_azure: "azure", mock: "offline" };

/** The provider of a version under the name that a config has for it. */
export function providerNamed(provider: string): string {
  return aliases[provider] ?? provider;
}

/**
 * The models of a config that a version may mean: those of its model's name and, where it names one, its provider.
 * A version without a provider means `openai` where several models have the name.
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

/** Key of the one model that a version means; undefined where none or several fit. */
export function matchModelEntry(
  version: Pick<ModelConfiguration, "model" | "provider">,
  models: Config["models"],
): string | undefined {
  const [first, ...others] = matchModels(version, models);
  return others.length === 0 ? first?.spec.key : undefined;
}
