import type { AdaptationLog } from "../contracts/adaptation.ts";
import type { ModelSecrets, ModelSpec } from "../contracts/model-spec.ts";
import type { OpenPromptModel } from "../contracts/prompt-model.ts";
import { ModelError, UsageError } from "../core/errors.ts";
import type { Transport } from "./generation/transport.ts";
import { createTransportModel } from "./generation/transport-model.ts";
import { type Fetch, openFetch } from "./open-fetch.ts";
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

/** The providers that prompts can be called with; `openai` stands for every endpoint that speaks like it. */
export const promptProviders = ["openai", "azure", "databricks", "ollama", "offline"] as const;

type PromptProvider = (typeof promptProviders)[number];

/**
 * Opens models for calls of stored prompts. Models opened by one opener share their sockets by address, so it
 * is made once for a program; keys are held by the models alone. `openOffline` makes the transport of the
 * offline provider, which is on a higher floor.
 */
export function createPromptModelOpener(openOffline: () => Promise<Transport>): OpenPromptModel {
  // A model is opened anew for each call: what its endpoint refuses is learned once.
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

/** Where the requests of a spec go, without a slash at its end; undefined where no address is known. */
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

/** Where the provider of a spec is reached. Throws UsageError for one that nothing here speaks to. */
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

/** Any other provider is one that speaks like OpenAI, at the address given. */
function compatibleEndpoint({ provider, baseUrl }: ModelSpec): OpenAIEndpoint {
  if (baseUrl === undefined) throw new UsageError(`no client for provider "${provider}"`);
  return { client: "openai", baseUrl, keyVariable: `${providerPrefix(provider)}_API_KEY` };
}

/** `GROQ` of `groq`: what the variables of a provider without a client of its own begin with. */
export function providerPrefix(provider: string): string {
  return provider.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
}

/**
 * The error that a model's first call would meet for want of a key or an address; undefined where it has what it
 * needs, and for the user's own providers.
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
