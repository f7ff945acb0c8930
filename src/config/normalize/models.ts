import { dirname, resolve } from "node:path";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import { type Defined, defined } from "../../core/defined.ts";
import type { ModelParameters } from "../../core/prompt/prompt.ts";
import { Secret } from "../../core/text/secret.ts";
import type { Price } from "../../core/usage.ts";
import { isModulePath } from "../../plugins/load-module.ts";
import type { ModelConfig } from "../config.ts";
import { credentialsOf } from "../credentials.ts";
import { nativeSettings } from "../native-settings.ts";
import type { PriceFile } from "../price-file.ts";
import { knownPrice, priceOfListed } from "../prices.ts";
import { isDatabricksName, providers, servingEndpoints } from "../providers.ts";
import type { Declared } from "../references.ts";
import type { WrittenModel } from "../schema/model.ts";
import type { EnvironmentVariables } from "../values/environment.ts";

/** Default time limit of one attempt, in seconds. */
const defaultSeconds = 60;
const reflectionSeconds = 300;

function withProvider(written: WrittenModel): WrittenModel {
  const isDatabricks = isDatabricksName(written.name) && written.base_url === undefined;
  return isDatabricks && written.provider === "openai" ? { ...written, provider: "databricks" } : written;
}

/** dao-ai's additional fields of the request body are those of `other`, which wins. */
function withExtraParams(written: WrittenModel): WrittenModel {
  const { extra_params: { reasoning_effort: effort, ...extra } = {}, ...rest } = written;
  const isEffort = typeof effort === "string" || Number.isInteger(effort);
  const other = {
    ...extra,
    ...(effort === undefined || isEffort ? {} : { reasoning_effort: effort }),
    ...rest.other,
  };
  return {
    ...rest,
    other,
    reasoning_effort: rest.reasoning_effort ?? (isEffort ? (effort as string | number) : undefined),
  };
}

/** Normalizes a model: everything needed to build it, with its secrets apart. */
export function normalizeModel(
  { key, written: given }: Declared<WrittenModel>,
  fallbacks: readonly string[],
  file: string,
  env: EnvironmentVariables,
  prices?: PriceFile,
): ModelConfig {
  const written = withProvider(withExtraParams(given));
  const isModule = isModulePath(written.provider);
  const { provider_options, ...other } = written.other ?? {};
  const spec: Defined<{ [Name in keyof ModelSpec]: ModelSpec[Name] | undefined }> = defined({
    key,
    name: written.name,
    provider: isModule ? resolve(dirname(file), written.provider) : written.provider,
    baseUrl: baseUrlOf(written, env),
    parameters: parametersOf(written, other),
    price: priceOf(written, prices),
    limits: defined({
      concurrency: written.limits?.concurrency,
      requestsPerMinute: written.limits?.requests_per_minute,
      tokensPerMinute: written.limits?.tokens_per_minute,
    }),
    timeoutMs: (written.timeout_seconds ?? defaultSeconds) * 1000,
    longTimeoutMs: written.timeout_seconds === undefined ? reflectionSeconds * 1000 : undefined,
    retries: written.retries,
    fallbacks,
    reasoning: written.reasoning,
    rateLimitPatienceMs:
      written.rate_limit_patience_seconds === undefined
        ? undefined
        : written.rate_limit_patience_seconds * 1000,
    simulate:
      written.simulate === undefined
        ? undefined
        : {
            latencyMs: written.simulate.latency_ms,
            faultRate: written.simulate.fault_rate,
            seed: written.simulate.seed,
          },
    providerOptions: providerOptionsOf(written, provider_options, env),
  });
  return { spec: spec as ModelSpec, secrets: secretsOf(written, env) };
}

function parametersOf(written: WrittenModel, other: JsonObject): ModelParameters {
  return defined({
    temperature: written.temperature,
    topP: written.top_p,
    maxTokens: written.max_tokens === -1 ? undefined : written.max_tokens,
    stop: written.stop,
    seed: written.seed,
    presencePenalty: written.presence_penalty,
    frequencyPenalty: written.frequency_penalty,
    responseFormat: written.response_format,
    reasoningEffort: written.reasoning_effort,
    tools: written.tools,
    toolChoice: written.tool_choice,
    other: Object.keys(other).length === 0 ? undefined : other,
  });
}

function baseUrlOf(written: WrittenModel, env: EnvironmentVariables): string | undefined {
  const defaults = providers[written.provider];
  const host = written.provider === "databricks" ? servingEndpoints(written.workspace_host) : undefined;
  // `${env:NAME:-}` gives an empty text if NAME is not set.
  const address = [written.base_url, host, defaults?.address(env)].find(
    (one) => one !== undefined && one !== "",
  );
  if (address === undefined || /^[a-z][a-z0-9+.-]*:\/\//i.test(address)) return address;
  return `${defaults?.scheme ?? ""}${address}`;
}

/** The model's own price, else that of the user's list, else that of the shipped one. */
function priceOf(written: WrittenModel, prices: PriceFile | undefined): Price | undefined {
  if (written.price === undefined) {
    const listed = prices?.find(written.name, written.provider);
    return listed === undefined ? knownPrice(written.name, written.provider) : priceOfListed(listed);
  }
  const { input, output, cached_input, cache_write } = written.price;
  return defined({ input, output, cachedInput: cached_input, cacheWrite: cache_write });
}

function providerOptionsOf(
  written: WrittenModel,
  given: unknown,
  env: EnvironmentVariables,
): JsonObject | undefined {
  const azureVersion = written.provider === "azure" ? env.OPENAI_API_VERSION || undefined : undefined;
  const version = written.api_version ?? azureVersion;
  const options = {
    ...nativeSettings(written.provider, env).options,
    ...(written.package === undefined ? {} : { package: written.package }),
    ...(version === undefined ? {} : { api_version: version }),
    ...(isJsonObject(given) ? given : {}),
  };
  return Object.keys(options).length === 0 ? undefined : options;
}

function secretsOf(written: WrittenModel, env: EnvironmentVariables): ModelConfig["secrets"] {
  const headers = Object.entries(written.headers ?? {}).map(
    ([name, value]) => [name, new Secret(value)] as const,
  );
  return { ...credentialsOf(written.provider, written, env), headers: Object.fromEntries(headers) };
}
