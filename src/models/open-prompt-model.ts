import type { AdaptationLog } from "../contracts/language-model.ts";
import type { ModelSecrets, ModelSpec } from "../contracts/model-spec.ts";
import type { OpenPromptModel } from "../contracts/prompt-model.ts";
import { ModelError, UsageError } from "../core/errors.ts";
import { type Fetch, openFetch } from "../network/open-fetch.ts";
import type { Transport } from "./generation/transport.ts";
import { createTransportModel } from "./generation/transport-model.ts";
import { createAdaptationLog } from "./openai/adaptation-log.ts";
import {
  azureEndpoint,
  databricksEndpoint,
  defaultAzureVersion,
  type OpenAIEndpoint,
  ollamaEndpoint,
  openaiEndpoint,
  reachEndpoint,
} from "./openai/openai-endpoint.ts";

/** Providers that prompts can be called with; `openai` stands for every OpenAI-compatible endpoint. */
export const promptProviders = ["openai", "azure", "databricks", "ollama", "offline"] as const;

type PromptProvider = (typeof promptProviders)[number];

/**
 * Opens models for calls of stored prompts. Models from one opener share connections per address, so create it
 * once per program; keys stay in the models. `openOffline` creates the transport of the offline provider, which
 * lives on a higher floor.
 */
export function createPromptModelOpener(openOffline: () => Promise<Transport>): OpenPromptModel {
  // Each call opens its model anew, so what an endpoint rejects is remembered here.
  const learned = new Map<string, AdaptationLog>();
  const adaptationsOf = ({ baseUrl = "", provider }: ModelSpec): AdaptationLog => {
    const place = `${provider} ${baseUrl}`;
    const known = learned.get(place) ?? createAdaptationLog();
    learned.set(place, known);
    return known;
  };
  const fetches = new Map<string, Promise<Fetch>>();
  const fetchFor = (url: string): Promise<Fetch> => {
    const { origin } = new URL(url);
    const known = fetches.get(origin) ?? openFetch(url);
    fetches.set(origin, known);
    return known;
  };
  return async (spec, secrets) => {
    if (spec.provider === "offline") return createTransportModel(spec, spec.name, await openOffline());
    const endpoint = endpointOf(spec);
    const { createOpenAITransport, shownEndpoint } = await import("./openai/openai-transport.ts");
    const transport = createOpenAITransport({
      ...{ endpoint, spec, secrets, fetchFor },
      adaptations: adaptationsOf(spec),
    });
    return createTransportModel(spec, shownEndpoint(spec, endpoint), transport);
  };
}

/** URL that a spec's requests go to, without a trailing slash; undefined if no address is known. */
export function promptEndpoint(spec: ModelSpec): string | undefined {
  if (spec.provider === "offline" || (spec.baseUrl === undefined && !hasAddress(spec.provider)))
    return undefined;
  const { baseUrl } = endpointOf(spec);
  if (baseUrl === undefined || !URL.canParse(baseUrl)) return baseUrl;
  return new URL(baseUrl).href.replace(/\/+$/, "");
}

function hasAddress(provider: string): boolean {
  return provider === "openai" || provider === "ollama";
}

/** The endpoint of a spec's provider. Throws UsageError for an unsupported provider. */
function endpointOf(spec: ModelSpec): OpenAIEndpoint {
  const version = spec.providerOptions?.["api_version"];
  switch (spec.provider as PromptProvider) {
    case "openai":
      return openaiEndpoint(spec);
    case "azure":
      return azureEndpoint(spec, typeof version === "string" ? version : defaultAzureVersion);
    case "databricks":
      return databricksEndpoint(spec);
    case "ollama":
      return ollamaEndpoint(spec);
    default:
      return compatibleEndpoint(spec);
  }
}

/** Any other provider is treated as OpenAI-compatible at the given address. */
function compatibleEndpoint({ provider, baseUrl }: ModelSpec): OpenAIEndpoint {
  if (baseUrl === undefined) throw new UsageError(`no client for provider "${provider}"`);
  return { client: "openai", baseUrl, keyVariable: `${providerPrefix(provider)}_API_KEY` };
}

/** `GROQ` for `groq`: prefix of the environment variables of a provider without its own client. */
export function providerPrefix(provider: string): string {
  return provider.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
}

/**
 * The error that a model's first call would get for a missing key or address; undefined if nothing is missing,
 * and for the user's own providers.
 */
export function missingKey(spec: ModelSpec, secrets: ModelSecrets): ModelError | undefined {
  const isKnown = (promptProviders as readonly string[]).includes(spec.provider);
  if (!isKnown || spec.provider === "offline") return undefined;
  try {
    reachEndpoint(endpointOf(spec), spec, secrets);
    return undefined;
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
}
