import { unescape as decode } from "node:querystring";
import type { OpenAI } from "openai";
import type { Response } from "undici";
import type { ModelSecrets } from "../../contracts/model-spec.ts";
import { type Fetch, openFetch } from "../../network/open-fetch.ts";
import { shownUrl } from "../secret-mask.ts";
import type { OpenAIEndpoint, RequestAuth } from "./openai-endpoint.ts";

/** The client requires a key; without one, its header is left out. */
const unsent = "none";

/** Longer than any deadline: the caller sets the deadline. */
const noTimeoutMs = 2 ** 31 - 1;

/**
 * Opens a client of the `openai` package, loaded on first use. All values it would otherwise read from the
 * environment are set, so that a key or organization of one provider never reaches another's endpoint. `fetchFor`
 * lets clients of one address share connections.
 */
export async function openClient(
  endpoint: OpenAIEndpoint,
  { baseUrl, auth }: { readonly baseUrl: string; readonly auth: RequestAuth },
  secrets: ModelSecrets,
  fetchFor: (url: string) => Promise<Fetch> = openFetch,
): Promise<OpenAI> {
  const { url, headers, query } = endpointAddress(baseUrl);
  const [{ OpenAI, AzureOpenAI }, fetch] = await Promise.all([import("openai"), fetchFor(url)]);
  const options = {
    baseURL: url,
    adminAPIKey: null,
    webhookSecret: null,
    ...(isOpenAIHost(url) ? {} : { organization: null, project: null }),
    maxRetries: 0,
    timeout: noTimeoutMs,
    logLevel: "off" as const,
    defaultHeaders: {
      ...(auth.kind === "none" ? { authorization: null, "api-key": null } : {}),
      ...headers,
      ...revealed(secrets, auth),
    },
    defaultQuery: query,
    async fetch(target: string | URL | Request, init?: RequestInit) {
      const response = await fetch(String(target), init as Parameters<typeof fetch>[1]);
      if (response.status >= 300 && response.status < 400) return refusedRedirect(response, String(target));
      return (response.ok ? response : await withErrorBody(response)) as unknown as globalThis.Response;
    },
  };
  const apiKey = auth.kind === "key" ? auth.apiKey : unsent;
  // Called before each request; its result is sent as a bearer token.
  const tokenOf = auth.kind === "token" ? () => auth.tokens.token() : undefined;
  return endpoint.client === "azure"
    ? new AzureOpenAI({
        ...options,
        // Null, because the client would read a missing key from the environment.
        ...(tokenOf === undefined
          ? { apiKey }
          : { azureADTokenProvider: tokenOf, apiKey: null as unknown as undefined }),
        apiVersion: endpoint.apiVersion ?? "",
        // The client does not encode names in the path.
        ...(endpoint.deployment === undefined ? {} : { deployment: endpoint.deployment }),
      })
    : new OpenAI({ ...options, apiKey: tokenOf ?? apiKey });
}

/** With a token, other credentials of the same two headers are not sent. */
function revealed({ headers }: ModelSecrets, auth: RequestAuth): Record<string, string> {
  const isSent = (name: string) => auth.kind !== "token" || !/^(authorization|api-key)$/i.test(name);
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => isSent(name))
      .map(([name, secret]) => [name.toLowerCase(), secret.reveal()]),
  );
}

function isOpenAIHost(url: string): boolean {
  return /(^|\.)openai\.com$/.test(new URL(url).hostname);
}

/** The client only reads `error.message`; other servers put the reason elsewhere. */
async function withErrorBody(response: Response): Promise<globalThis.Response> {
  const { status, statusText } = response;
  const headers = [...response.headers.entries()].filter(
    ([name]) => !/^content-(length|encoding)$/.test(name),
  );
  return new globalThis.Response(errorBody(await response.text()), { status, statusText, headers });
}

/** The error response in place of a redirect: following it would send the key to the address in the response. */
export async function refusedRedirect(response: Response, target: string): Promise<globalThis.Response> {
  const location = response.headers.get("location");
  await response.body?.cancel();
  const place =
    location !== null && URL.canParse(location, target) ? new URL(location, target).href : undefined;
  const where = place === undefined ? "elsewhere" : `to ${shownUrl(place)}`;
  const message = `it redirects ${where}, and requests with a key do not follow redirects; set base_url to the address that answers`;
  return new globalThis.Response(JSON.stringify({ error: { message } }), { status: response.status });
}

/** A URL split into the address and the credentials that are sent as headers. */
interface EndpointAddress {
  /** Without user, password, query and trailing slash. */
  readonly url: string;
  /** `Authorization: Basic …` if the URL contains a user. fetch rejects such URLs itself. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** Splits a valid URL. */
function endpointAddress(baseUrl: string): EndpointAddress {
  const { origin, pathname, username, password, searchParams } = new URL(baseUrl);
  const user = `${decode(username)}:${decode(password)}`;
  return {
    url: `${origin}${pathname}`.replace(/\/+$/, ""),
    headers: user === ":" ? {} : { authorization: `Basic ${Buffer.from(user).toString("base64")}` },
    query: Object.fromEntries(searchParams),
  };
}

/** Rewrites an error body for the `openai` client, which only keeps what is under `error`. */
export function errorBody(text: string): string {
  return JSON.stringify({ error: parse(text) });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text };
  }
}
