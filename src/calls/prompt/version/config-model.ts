import type { Config, ModelConfig } from "../../../config/config.ts";
import { matchModels } from "../../../config/match-model.ts";
import type { PromptVersion } from "../../../contracts/registry.ts";
import { UsageError } from "../../../core/errors.ts";
import { promptEndpoint, promptProviders } from "../../../models/open-prompt-model.ts";
import { credentialsKey, shownUrl } from "../../../models/secret-mask.ts";
import type { CallModel } from "./call-model.ts";

/** The part of a version that selects a model of a config. */
export type CalledVersion = Pick<PromptVersion, "model" | "modelEntry">;

/**
 * The model of a version in a config: its entry, else the one with its name and provider, else one that the
 * config reaches at the same address as `usual`. So inputs go only to addresses in the config. Throws UsageError,
 * with the available models, if there is none.
 */
export function modelOfConfig(
  version: CalledVersion,
  models: Config["models"],
  usual: () => CallModel,
): ModelConfig | undefined {
  const { model, modelEntry } = version;
  const entry =
    modelEntry !== undefined && Object.hasOwn(models, modelEntry) ? models[modelEntry] : undefined;
  if (entry !== undefined) return checked(entry);
  const matches = matchModels(model, models);
  const [first, ...others] = matches;
  if (first !== undefined && others.every((other) => isAlike(first, other))) return checked(first);
  if (first !== undefined) {
    throw new UsageError(
      `${others.length + 1} models of the config are named "${model.model}": ${listed(matches)}`,
      { hint: "name one: dao-opt registry upsert --config … --model-entry KEY, or rename the others" },
    );
  }
  const today = usualModel(usual);
  // Offline models send nothing over the network.
  if (today?.spec.provider === "offline") return undefined;
  const address = today === undefined ? undefined : promptEndpoint(today.spec);
  const isAzure = today?.spec.provider === "azure";
  const near = Object.values(models).find(
    ({ spec }) =>
      address !== undefined &&
      (spec.provider === "azure") === isAzure &&
      promptProviders.includes(spec.provider) &&
      promptEndpoint(spec) === address,
  );
  if (near !== undefined) return near;
  throw noModel(version, models, address);
}

/** A call can open this model; modules are the user's code, which only runs load. */
function checked(model: ModelConfig): ModelConfig {
  const { key, provider } = model.spec;
  if (promptProviders.includes(provider)) return model;
  throw new UsageError(`model ${key} of the config has the module ${provider} as its provider`, {
    hint: `calls of stored prompts support the providers ${promptProviders.join(", ")}; set one of them and a base_url for ${key}`,
  });
}

/** Two entries with the same endpoint and key differ only in parameters, and a version has its own. */
function isAlike(one: ModelConfig, other: ModelConfig): boolean {
  return (
    promptEndpoint(one.spec) === promptEndpoint(other.spec) &&
    credentialsKey(one.secrets) === credentialsKey(other.secrets) &&
    JSON.stringify(one.spec.providerOptions) === JSON.stringify(other.spec.providerOptions)
  );
}

/** The model as without a config; undefined for an unsupported provider. */
function usualModel(usual: () => CallModel): CallModel | undefined {
  try {
    return usual();
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

function noModel(
  { model, modelEntry }: CalledVersion,
  models: Config["models"],
  address: string | undefined,
): UsageError {
  const provider = model.provider ?? "openai";
  const entry = modelEntry === undefined ? "" : ` (entry ${modelEntry})`;
  const all = Object.values(models);
  const there = all.length === 0 ? "it has none" : `it has ${listed(all)}`;
  const elsewhere = address === undefined ? "" : `, and does not name ${shownUrl(address)}`;
  return new UsageError(
    `the config has no model "${model.model}" of provider ${provider}${entry}${elsewhere}; ${there}`,
    {
      hint: `add it to resources.llms (name: ${model.model}, provider: ${provider}, its base_url), or call without --config`,
    },
  );
}

function listed(models: readonly ModelConfig[]): string {
  return models.map(({ spec }) => `${spec.key} ("${spec.name}", ${spec.provider})`).join(", ");
}
