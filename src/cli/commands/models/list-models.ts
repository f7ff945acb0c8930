import type { PriceFile } from "../../../config/price-file.ts";
import { type ListedModel, listedProviders } from "../../../config/prices.ts";
import type { ModelParameters } from "../../../core/prompt/prompt.ts";
import { knownProviders, nativeProvider } from "../../../core/provider/known-providers.ts";
import { unacceptedParameters } from "../../../models/limits/known-models.ts";
import type { ModelsOutput, ModelsProvidersOutput } from "./output.ts";

type ModelLine = ModelsOutput["models"][number];

/** Set, so that everything a model refuses is listed. */
const everything: ModelParameters = {
  ...{ temperature: 0, topP: 1, stop: "x", seed: 1, presencePenalty: 1, frequencyPenalty: 1 },
  other: { logprobs: true, top_logprobs: 1, logit_bias: {}, parallel_tool_calls: true, service_tier: "x" },
};

/** The known models whose provider and name contain every word of the filter, by provider and name. */
export function listModels(filter: readonly string[], prices?: PriceFile): readonly ModelLine[] {
  const shipped = Object.entries(listedProviders).flatMap(([provider, { models, source }]) =>
    Object.entries(models).map(([model, listed]) => {
      const own = prices?.find(model, provider);
      return lineOf(provider, model, own ?? listed, own === undefined ? source : null);
    }),
  );
  const known = new Set(shipped.map(({ provider, model }) => `${provider}\n${model}`));
  const own = Object.entries(prices?.sections ?? {}).flatMap(([provider, models]) =>
    Object.entries(models)
      .filter(
        ([model]) =>
          ![...known].some((line) =>
            provider === "" ? line.endsWith(`\n${model}`) : line === `${provider}\n${model}`,
          ),
      )
      .map(([model, listed]) => lineOf(provider, model, listed, null)),
  );
  const words = filter.map((word) => word.toLowerCase());
  return [...shipped, ...own].filter(({ provider, model }) => {
    const text = `${provider} ${model}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function lineOf(provider: string, model: string, listed: ListedModel, source: string | null): ModelLine {
  return {
    provider,
    model,
    context: listed.context ?? null,
    price: {
      input: listed.input ?? null,
      output: listed.output ?? null,
      cached_input: listed.cached_input ?? null,
      cache_write: listed.cache_write ?? null,
    },
    refuses: unacceptedParameters(model, everything, provider).map(({ parameter }) => parameter),
    shutdown: listed.shutdown ?? null,
    successor: listed.successor ?? null,
    source,
  };
}

/** Every provider that a config can name. */
export function listProviders(): ModelsProvidersOutput["providers"] {
  return Object.entries(knownProviders).map(([provider, known]) => ({
    provider,
    summary: known.summary,
    base_url: known.baseUrl ?? null,
    key_variables: [...known.keyVariables],
    address_variable: known.addressVariable,
    package: nativeProvider(provider)?.package ?? null,
    refuses: (known.quirks ?? []).map(({ parameter }) => parameter),
    is_priced: known.prices !== undefined,
  }));
}
