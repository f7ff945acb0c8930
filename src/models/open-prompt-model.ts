import type { AdaptationLog } from "../contracts/language-model.ts";
import type { ModelSpec } from "../contracts/model-spec.ts";
import type { OpenPromptModel } from "../contracts/prompt-model.ts";
import { UsageError } from "../core/errors.ts";
import { createAdaptationLog } from "./adaptations.ts";
import type { Transport } from "./generation/transport.ts";
import { createTransportModel } from "./generation/transport-model.ts";
import { type Fetch, openFetch } from "./open-fetch.ts";
import type { OpenAIEndpoint } from "./openai/openai-endpoint.ts";
import * as known from "./openai/provider-endpoints.ts";

/** The providers that prompts can be called with; `openai` stands for every endpoint that speaks like it. */
export const promptProviders = ["openai", "azure", "databricks", "ollama", "offline"] as const;

export type PromptProvider = (typeof promptProviders)[number];

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
export function endpointOf(spec: ModelSpec): OpenAIEndpoint {
  const version = spec.providerOptions?.["api_version"];
  switch (spec.provider as PromptProvider) {
    case "openai":
      return known.openaiEndpoint(spec);
    case "azure":
      return known.azureEndpoint(spec, typeof version === "string" ? version : known.defaultAzureVersion);
    case "databricks":
      return known.databricksEndpoint(spec);
    case "ollama":
      return known.ollamaEndpoint(spec);
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
