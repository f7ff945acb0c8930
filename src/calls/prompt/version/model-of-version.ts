import type { Config, ModelConfig } from "../../../config/config.ts";
import { credentialsOf } from "../../../config/credentials.ts";
import { nativeSettings } from "../../../config/native-settings.ts";
import { providerNamed, providers } from "../../../config/providers.ts";
import type { EnvironmentVariables } from "../../../config/values/environment.ts";
import type { ModelSpec } from "../../../contracts/model-spec.ts";
import type { JsonObject } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import { UsageError } from "../../../core/errors.ts";
import type { ModelConfiguration } from "../../../core/prompt/prompt.ts";
import { Secret } from "../../../core/text/secret.ts";
import { promptEndpoint, promptProviders, providerPrefix } from "../../../models/open-prompt-model.ts";
import type { CallModel } from "./call-model.ts";
import { type CalledVersion, modelOfConfig } from "./config-model.ts";

/** Default of the `openai` package. */
const timeoutMs = 600_000;
/** An application is waiting, so calls are retried less often than in a run. */
const callRetries = 2;

/**
 * The model of a version without a config: address and key come from the environment or from the call. Throws
 * UsageError for an unsupported provider.
 */
export function modelOfCall(
  configuration: ModelConfiguration,
  env: EnvironmentVariables,
  keys: Readonly<Record<string, string>>,
): CallModel {
  const stored = configuration.provider ?? "openai";
  const provider = providerNamed(stored);
  const isKnown = promptProviders.includes(provider);
  const reached = isKnown ? knownProvider(provider, env) : compatibleProvider(stored, env);
  const key = [keys[stored], keys[provider], keys[`openai_${provider}`]].find(isGiven);
  // An address from the call is used with the call's own key, or this program's key would go to a third party.
  const address =
    key === undefined ? undefined : [keys[`${stored}_endpoint`], keys.openai_azure_endpoint].find(isGiven);
  const baseUrl = (provider === "azure" ? address : undefined) ?? reached.baseUrl;
  const own = key ?? reached.apiKey;
  const secrets = {
    headers: {},
    ...(own !== undefined ? { apiKey: new Secret(own) } : isKnown ? credentialsOf(provider, {}, env) : {}),
  };
  const spec: ModelSpec = {
    ...{ key: configuration.model, name: configuration.model },
    provider,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...{ parameters: {}, limits: {}, timeoutMs, retries: callRetries, fallbacks: [] },
    ...(reached.options === undefined ? {} : { providerOptions: reached.options }),
  };
  return { spec, secrets, isPriced: isKnown && providers[provider]?.prices !== undefined };
}

interface Reached {
  readonly baseUrl: string | undefined;
  /** Of a provider without its own client. */
  readonly apiKey?: string | undefined;
  readonly options?: JsonObject;
}

function knownProvider(provider: string, env: EnvironmentVariables): Reached {
  const defaults = providers[provider];
  const address = defaults?.address(env);
  const hasScheme = address !== undefined && /^[a-z][a-z0-9+.-]*:\/\//i.test(address);
  const baseUrl = isGiven(address) && !hasScheme ? `${defaults?.scheme ?? ""}${address}` : address;
  const version = provider === "azure" ? env["OPENAI_API_VERSION"] : undefined;
  const native = nativeSettings(provider, env);
  const options = { ...native.options, ...(isGiven(version) ? { api_version: version } : {}) };
  return {
    baseUrl: isGiven(baseUrl) ? baseUrl : undefined,
    ...(Object.keys(options).length === 0 ? {} : { options }),
  };
}

/** A provider reached at the OpenAI-compatible address in its environment variable. */
function compatibleProvider(provider: string, env: EnvironmentVariables): Reached {
  const known = promptProviders.join(", ");
  if (!/^[a-z][a-z0-9_-]*$/i.test(provider)) {
    throw new UsageError(
      `provider "${provider}" cannot be called: calls do not load code named in a registry`,
      {
        hint: `store a version with one of the providers ${known}`,
      },
    );
  }
  const prefix = providerPrefix(provider);
  const baseUrl = env[`${prefix}_BASE_URL`];
  if (!isGiven(baseUrl)) {
    throw new UsageError(`no client for provider "${provider}"`, {
      hint: `set ${prefix}_BASE_URL (and ${prefix}_API_KEY) to an OpenAI-compatible endpoint that serves its models, or store a version with one of the providers ${known}`,
    });
  }
  const key = env[`${prefix}_API_KEY`];
  return { baseUrl, apiKey: isGiven(key) ? key : undefined };
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== "";
}

/** Sources of addresses and keys of models. */
interface ModelSources {
  readonly env: EnvironmentVariables;
  /** The config's models by key; undefined without a config. */
  readonly models?: Config["models"] | undefined;
}

/**
 * The model of a version. With a config, its models define address and key; otherwise the environment or the call
 * does. Throws UsageError for an unsupported provider, and for a model that is not in the config.
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

/** The endpoint of a config's model with the name from the version. */
function fromConfig(
  { spec, secrets }: ModelConfig,
  { model: name, provider }: ModelConfiguration,
  usual: () => CallModel,
  keys: Readonly<Record<string, string>>,
): CallModel {
  const named = [provider, spec.provider].find((one) => one !== undefined && isGiven(keys[one]));
  const own = [keys[spec.key]].find(isGiven);
  // A caller's key is for the provider itself, not for another address in the config.
  const isUsual =
    named !== undefined && spec.provider === providerNamed(named) && isUsualAddress(spec, usual);
  const key = own ?? (isUsual && named !== undefined ? keys[named] : undefined);
  const note =
    named === undefined || key !== undefined
      ? undefined
      : `the key for ${named} was not used: the config reaches ${spec.key} at a different address`;
  const price = spec.name === name ? spec.price : undefined;
  return {
    spec: {
      ...{ ...spec, name, parameters: {}, fallbacks: [] },
      retries: Math.min(callRetries, spec.retries),
    },
    secrets: key === undefined ? secrets : { headers: secrets.headers, apiKey: new Secret(key) },
    isPriced: providers[spec.provider]?.prices !== undefined,
    isOfConfig: true,
    ...defined({ price, note }),
  };
}

/** Whether the model's address is the same as without the config. */
function isUsualAddress(spec: ModelSpec, usual: () => CallModel): boolean {
  try {
    return promptEndpoint(spec) === promptEndpoint(usual().spec);
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}
