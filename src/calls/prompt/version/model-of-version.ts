import type { Config, ModelConfig } from "../../../config/config.ts";
import { providerNamed } from "../../../config/match-model.ts";
import { providers } from "../../../config/providers.ts";
import type { EnvironmentVariables } from "../../../config/values/environment.ts";
import type { ModelSpec } from "../../../contracts/model-spec.ts";
import { UsageError } from "../../../core/errors.ts";
import type { ModelConfiguration } from "../../../core/prompt/prompt.ts";
import { Secret } from "../../../core/text/secret.ts";
import { promptEndpoint } from "../../../models/open-prompt-model.ts";
import type { CallModel } from "./call-model.ts";
import { type CalledVersion, modelOfConfig } from "./config-model.ts";
import { callRetries, isGiven, modelOfCall } from "./model-of-call.ts";

/** Where addresses and keys of models come from. */
export interface ModelSources {
  readonly env: EnvironmentVariables;
  /** The config's models by key; undefined without a config. */
  readonly models?: Config["models"] | undefined;
}

/**
 * The model of a version. With a config, its models say address and key; without one they come from the
 * environment, or from the keys given with the call. Throws UsageError for a provider without a client here, and
 * for a model that the config does not have.
 */
export function modelOfVersion(
  version: CalledVersion,
  { env, models }: ModelSources,
  keys: Readonly<Record<string, string>>,
): CallModel {
  const usual = () => modelOfCall(version.model, env, {});
  const found = models === undefined ? undefined : modelOfConfig(version, models, usual);
  if (found === undefined) return modelOfCall(version.model, env, keys);
  return fromConfig(found, version.model, usual, keys);
}

/** The endpoint of a config's model, with the name that the version asks for. */
function fromConfig(
  { spec, secrets }: ModelConfig,
  { model: name, provider }: ModelConfiguration,
  usual: () => CallModel,
  keys: Readonly<Record<string, string>>,
): CallModel {
  const named = [provider, spec.provider].find((one) => one !== undefined && isGiven(keys[one]));
  const own = [keys[spec.key]].find(isGiven);
  // A provider's key that a caller has is for that provider, and not for whatever address the config has.
  const isUsual =
    named !== undefined && spec.provider === providerNamed(named) && isUsualAddress(spec, usual);
  const key = own ?? (isUsual && named !== undefined ? keys[named] : undefined);
  const note =
    named === undefined || key !== undefined
      ? undefined
      : `the key given for ${named} was not used: the config reaches ${spec.key} at an address of its own`;
  const price = spec.name === name ? spec.price : undefined;
  return {
    spec: {
      ...{ ...spec, name, parameters: {}, fallbacks: [] },
      retries: Math.min(callRetries, spec.retries),
    },
    secrets: key === undefined ? secrets : { ...secrets, apiKey: new Secret(key) },
    isPriced: providers[spec.provider]?.isPriced === true,
    isOfConfig: true,
    ...(price === undefined ? {} : { price }),
    ...(note === undefined ? {} : { note }),
  };
}

/** Is the model reached where its provider is without the config? */
function isUsualAddress(spec: ModelSpec, usual: () => CallModel): boolean {
  try {
    return promptEndpoint(spec) === promptEndpoint(usual().spec);
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}
