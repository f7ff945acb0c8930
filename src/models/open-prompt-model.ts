import type { AdaptationLog } from "../contracts/language-model.ts";
import type { ModelSecrets, ModelSpec } from "../contracts/model-spec.ts";
import type { OpenPromptModel } from "../contracts/prompt-model.ts";
import { ModelError, UsageError } from "../core/errors.ts";
import { knownProviders, nativeProvider } from "../core/provider/known-providers.ts";
import { type Fetch, openFetch } from "../network/open-fetch.ts";
import type { Transport } from "./generation/transport.ts";
import { createTransportModel } from "./generation/transport-model.ts";
import { isInstalled, missingPackage } from "./native/load-package.ts";
import { nativeAddress, nativeCredentials, nativePackage } from "./native/native-endpoint.ts";
import { createAdaptationLog } from "./openai/adaptation-log.ts";
import { namedEndpoint, type OpenAIEndpoint, reachEndpoint } from "./openai/openai-endpoint.ts";

/** Providers that prompts can be called with. */
export const promptProviders: readonly string[] = [...Object.keys(knownProviders), "offline"];

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
    const { createRouteTransport, shownEndpoint } = await import("./openai/route-transport.ts");
    const route =
      nativeProvider(spec.provider) === undefined
        ? (await import("./openai/openai-route.ts")).openaiRoute(endpointOf(spec), fetchFor)
        : (await import("./native/native-route.ts")).nativeRoute(spec, { fetchFor });
    const transport = createRouteTransport({ route, spec, secrets, adaptations: adaptationsOf(spec) });
    return createTransportModel(spec, shownEndpoint(spec, route), transport);
  };
}

/** URL that a spec's requests go to, without a trailing slash; undefined if no address is known. */
export function promptEndpoint(spec: ModelSpec): string | undefined {
  if (spec.provider === "offline") return undefined;
  const hasAddress = knownProviders[spec.provider]?.baseUrl !== undefined;
  if (nativeProvider(spec.provider) === undefined && spec.baseUrl === undefined && !hasAddress)
    return undefined;
  const baseUrl =
    nativeProvider(spec.provider) === undefined ? endpointOf(spec).baseUrl : nativeAddress(spec);
  if (baseUrl === undefined || !URL.canParse(baseUrl)) return baseUrl;
  return new URL(baseUrl).href.replace(/\/+$/, "");
}

/** The endpoint of a spec's provider. Throws UsageError for an unsupported provider. */
function endpointOf(spec: ModelSpec): OpenAIEndpoint {
  return namedEndpoint(spec) ?? compatibleEndpoint(spec);
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
 * The error that a model's first call would get for a missing key, address or package; undefined if nothing is missing,
 * and for the user's own providers.
 */
export function missingKey(spec: ModelSpec, secrets: ModelSecrets): ModelError | undefined {
  if (!promptProviders.includes(spec.provider) || spec.provider === "offline") return undefined;
  try {
    if (nativeProvider(spec.provider) === undefined) reachEndpoint(endpointOf(spec), spec, secrets);
    else {
      nativeCredentials(spec, secrets);
      const peer = nativePackage(spec);
      if (peer !== undefined && !isInstalled(peer.name)) return missingPackage(peer);
    }
    return undefined;
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
}
