import type { ModelSecrets, ModelSpec } from "../../contracts/model-spec.ts";
import { ModelError } from "../../core/errors.ts";
import { compatibleProvider } from "../../core/provider/known-providers.ts";
import type { KnownProvider, ProviderQuirk } from "../../core/provider/provider.ts";
import { azureTokens, hasIdentityPackage, identityHint } from "../../network/azure-tokens.ts";
import { databricksTokens } from "../../network/databricks-tokens.ts";
import { isLoopback } from "../../network/open-fetch.ts";
import { fixedToken, type TokenSource } from "../../network/token-source.ts";
import { shownUrl } from "../secret-mask.ts";

export const defaultAzureVersion = "2024-10-21";

/** OpenAI itself or the endpoint at `baseUrl`. */
export function openaiEndpoint(spec: ModelSpec): OpenAIEndpoint {
  return {
    client: "openai",
    baseUrl: spec.baseUrl ?? "https://api.openai.com/v1",
    keyVariable: "OPENAI_API_KEY",
  };
}

export function azureEndpoint(spec: ModelSpec, apiVersion: string): OpenAIEndpoint {
  const given = spec.baseUrl;
  // The newer API of a resource (…/openai/v1) is a plain OpenAI endpoint without API versions.
  const isPlain = given !== undefined && /\/openai\/v1\/?$/.test(given);
  return {
    client: isPlain ? "openai" : "azure",
    baseUrl: given !== undefined && !isPlain ? withPath(given, "/openai") : given,
    addressVariable: "AZURE_OPENAI_ENDPOINT",
    keyVariable: "AZURE_OPENAI_API_KEY",
    signIn: "entra",
    apiVersion,
    ...(isPlain ? {} : { deployment: encodeURIComponent(spec.name) }),
  };
}

export function databricksEndpoint(spec: ModelSpec): OpenAIEndpoint {
  return {
    client: "openai",
    baseUrl: spec.baseUrl === undefined ? undefined : withPath(spec.baseUrl, "/serving-endpoints"),
    addressVariable: "DATABRICKS_HOST",
    keyVariable: "DATABRICKS_TOKEN",
    signIn: "service_principal",
  };
}

export function ollamaEndpoint(spec: ModelSpec): OpenAIEndpoint {
  return { client: "openai", baseUrl: withPath(spec.baseUrl ?? "http://127.0.0.1:11434", "/v1") };
}

/**
 * The endpoint of a spec's provider: one with its own rules for addresses, or one of the table. Undefined for a provider
 * that is in no table.
 */
export function namedEndpoint(spec: ModelSpec): OpenAIEndpoint | undefined {
  const version = spec.providerOptions?.["api_version"];
  const known = compatibleProvider(spec.provider);
  switch (spec.provider) {
    case "openai":
      return openaiEndpoint(spec);
    case "azure":
      return azureEndpoint(spec, typeof version === "string" ? version : defaultAzureVersion);
    case "databricks":
      return databricksEndpoint(spec);
    case "ollama":
      return ollamaEndpoint(spec);
    default:
      return known === undefined ? undefined : tableEndpoint(spec, known);
  }
}

/** The endpoint of a provider that has only an address and a key. */
export function tableEndpoint(spec: ModelSpec, known: KnownProvider): OpenAIEndpoint {
  const { baseUrl, keyVariables, addressVariable, isKeyless, quirks = [] } = known;
  const [keyVariable] = keyVariables;
  return {
    client: "openai",
    baseUrl: spec.baseUrl ?? baseUrl,
    ...{ addressVariable, quirks },
    ...(keyVariable === undefined || isKeyless === true ? {} : { keyVariable }),
  };
}

/** Adds the scheme and the path of chat completions to a bare host. */
function withPath(address: string, path: string): string {
  const url = /^https?:\/\//i.test(address) ? address : `https://${address}`;
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (parsed.pathname === "/") parsed.pathname = path;
  return parsed.href.replace(/\/+$/, "");
}

/** The address of a provider's models and what they require. */
export interface OpenAIEndpoint {
  readonly client: "openai" | "azure";
  /** Absent if the provider has no fixed address and the config sets none. */
  readonly baseUrl: string | undefined;
  /** Environment variable that usually holds the address, for the hint. */
  readonly addressVariable?: string;
  /** Environment variable that usually holds the key. Absent if the provider needs none. */
  readonly keyVariable?: string;
  /** How to sign in without a key. */
  readonly signIn?: "entra" | "service_principal";
  readonly apiVersion?: string;
  /** Azure: the path segment that names the deployment, encoded. */
  readonly deployment?: string;
  /** What the provider rejects for every model. */
  readonly quirks?: readonly ProviderQuirk[];
}

const authHeaders: ReadonlySet<string> = new Set(["authorization", "api-key", "x-api-key"]);

/** How requests to an endpoint are authorized. Only what is used is sent. */
export type RequestAuth =
  | { readonly kind: "key"; readonly apiKey: string }
  | { readonly kind: "token"; readonly tokens: TokenSource }
  /** By a header of the config, by the address, or not at all. */
  | { readonly kind: "none" };

/**
 * The address and what authorizes requests. Throws ModelError `unreachable` without an address and `auth` without a
 * required key, before anything is sent.
 */
export function reachEndpoint(
  endpoint: OpenAIEndpoint,
  spec: ModelSpec,
  secrets: ModelSecrets,
): { readonly baseUrl: string; readonly auth: RequestAuth } {
  const who = `model "${spec.name}" (provider ${spec.provider})`;
  const place = `resources.llms.${spec.key}`;
  if (endpoint.baseUrl === undefined || !URL.canParse(endpoint.baseUrl)) {
    const from = endpoint.addressVariable === undefined ? "" : `${endpoint.addressVariable}, or `;
    throw new ModelError(
      endpoint.baseUrl === undefined
        ? `no address for ${who}`
        : `the address of ${who} is not a valid URL: ${shownUrl(endpoint.baseUrl)}`,
      { kind: "unreachable", hint: `set ${from}base_url of ${place}` },
    );
  }
  // Dots cannot be encoded: URL parsers treat `%2e%2e` as `..`.
  if (endpoint.deployment !== undefined && /^\.{0,2}$/.test(endpoint.deployment)) {
    throw new ModelError(`${who} cannot be reached: "${spec.name}" is not a deployment name`, {
      kind: "model_not_found",
      hint: `give the name of the deployment as name of ${place}`,
    });
  }
  const { baseUrl } = endpoint;
  const tokens = tokensOf(endpoint, baseUrl, secrets);
  if (tokens !== undefined) return { baseUrl, auth: { kind: "token", tokens } };
  const given = secrets.apiKey?.reveal() ?? "";
  if (given !== "") return { baseUrl, auth: { kind: "key", apiKey: given } };
  const hasUser = new URL(baseUrl).username !== "";
  const hasHeader = Object.keys(secrets.headers).some((name) => authHeaders.has(name.toLowerCase()));
  if (endpoint.keyVariable === undefined || hasHeader || hasUser || isLoopback(baseUrl))
    return { baseUrl, auth: { kind: "none" } };
  if (endpoint.signIn === "entra" && hasIdentityPackage())
    return { baseUrl, auth: { kind: "token", tokens: azureTokens() } };
  const others = {
    entra: `, or azure_ad_token of it; ${identityHint}`,
    service_principal: ", or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET",
  };
  throw new ModelError(`no API key for ${who}`, {
    kind: "auth",
    hint: `set ${endpoint.keyVariable}, or api_key of ${place}${endpoint.signIn === undefined ? "" : others[endpoint.signIn]}`,
  });
}

/** Tokens that the config or the environment sets in place of a key. */
function tokensOf(
  { signIn }: OpenAIEndpoint,
  baseUrl: string,
  { servicePrincipal, entraToken }: ModelSecrets,
): TokenSource | undefined {
  if (signIn === "entra" && entraToken !== undefined) return fixedToken(entraToken.reveal());
  if (signIn !== "service_principal" || servicePrincipal === undefined) return undefined;
  return databricksTokens(servicePrincipal.workspace ?? baseUrl, servicePrincipal);
}
