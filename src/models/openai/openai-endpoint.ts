import type { ModelSecrets, ModelSpec } from "../../contracts/model-spec.ts";
import { ModelError } from "../../core/errors.ts";
import { isLoopback, shownUrl } from "../secret-mask.ts";

export const defaultAzureVersion = "2024-10-21";

/** OpenAI itself, or whatever `baseUrl` names. */
export function openaiEndpoint(spec: ModelSpec): OpenAIEndpoint {
  return {
    client: "openai",
    baseUrl: spec.baseUrl ?? "https://api.openai.com/v1",
    keyVariable: "OPENAI_API_KEY",
  };
}

export function azureEndpoint(spec: ModelSpec, apiVersion: string): OpenAIEndpoint {
  const given = spec.baseUrl;
  // The newer face of a resource (…/openai/v1) is a plain OpenAI endpoint without API versions.
  const isPlain = given !== undefined && /\/openai\/v1\/?$/.test(given);
  return {
    client: isPlain ? "openai" : "azure",
    baseUrl: given !== undefined && !isPlain ? withPath(given, "/openai") : given,
    addressVariable: "AZURE_OPENAI_ENDPOINT",
    keyVariable: "AZURE_OPENAI_API_KEY",
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
  };
}

export function ollamaEndpoint(spec: ModelSpec): OpenAIEndpoint {
  return { client: "openai", baseUrl: withPath(spec.baseUrl ?? "http://127.0.0.1:11434", "/v1") };
}

/** A bare host gets its scheme and the path under which chat completions are found. */
function withPath(address: string, path: string): string {
  const url = /^https?:\/\//i.test(address) ? address : `https://${address}`;
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (parsed.pathname === "/") parsed.pathname = path;
  return parsed.href.replace(/\/+$/, "");
}

/** Where a provider's models are reached, and what they need. */
export interface OpenAIEndpoint {
  readonly client: "openai" | "azure";
  /** Absent when neither the provider has a fixed address nor the config gives one. */
  readonly baseUrl: string | undefined;
  /** Variable that usually holds the address, for the hint when it is missing. */
  readonly addressVariable?: string;
  /** Variable that usually holds the key. Absent: the provider needs none. */
  readonly keyVariable?: string;
  readonly apiVersion?: string;
  /** Of Azure: the segment of the path that names the deployment, encoded. */
  readonly deployment?: string;
}

const authHeaders: ReadonlySet<string> = new Set(["authorization", "api-key", "x-api-key"]);

/** A key for clients that insist on one where the endpoint does not. */
const noKey = "none";

/**
 * The address and key to use. Throws ModelError `unreachable` without an address, `auth` without a
 * key where one is needed: before anything is sent.
 */
export function reachEndpoint(
  endpoint: OpenAIEndpoint,
  spec: ModelSpec,
  secrets: ModelSecrets,
): { readonly baseUrl: string; readonly apiKey: string } {
  const who = `model "${spec.name}" (provider ${spec.provider})`;
  const place = `resources.llms.${spec.key}`;
  if (endpoint.baseUrl === undefined || !URL.canParse(endpoint.baseUrl)) {
    const from = endpoint.addressVariable === undefined ? "" : `${endpoint.addressVariable}, or `;
    throw new ModelError(
      endpoint.baseUrl === undefined
        ? `no address for ${who}`
        : `the address of ${who} is no URL: ${shownUrl(endpoint.baseUrl)}`,
      { kind: "unreachable", hint: `set ${from}base_url of ${place}` },
    );
  }
  // Dots cannot be encoded: every URL parser takes `%2e%2e` for `..`.
  if (endpoint.deployment !== undefined && /^\.{0,2}$/.test(endpoint.deployment)) {
    throw new ModelError(`${who} cannot be reached: "${spec.name}" names no deployment`, {
      kind: "model_not_found",
      hint: `give the name of the deployment as name of ${place}`,
    });
  }
  const { baseUrl } = endpoint;
  const given = secrets.apiKey?.reveal() ?? "";
  if (given !== "") return { baseUrl, apiKey: given };
  const hasUser = new URL(baseUrl).username !== "";
  const hasHeader = Object.keys(secrets.headers).some((name) => authHeaders.has(name.toLowerCase()));
  if (endpoint.keyVariable === undefined || hasHeader || hasUser || isLoopback(baseUrl))
    return { baseUrl, apiKey: noKey };
  throw new ModelError(`no API key for ${who}`, {
    kind: "auth",
    hint: `set ${endpoint.keyVariable}, or api_key of ${place}`,
  });
}
