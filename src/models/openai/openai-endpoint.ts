import type { ModelSecrets, ModelSpec } from "../../contracts/model-spec.ts";
import { ModelError } from "../../core/errors.ts";
import { isLoopback, shownUrl } from "../shown-url.ts";

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
