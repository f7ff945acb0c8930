import { unescape as decode } from "node:querystring";
import type { OpenAI } from "openai";
import type { Response } from "undici";
import type { ModelSecrets } from "../../contracts/model-spec.ts";
import { type Fetch, openFetch } from "../open-fetch.ts";
import { shownUrl } from "../secret-mask.ts";
import type { OpenAIEndpoint } from "./openai-endpoint.ts";

/** Longer than any deadline: the caller sets the deadline. */
const noTimeoutMs = 2 ** 31 - 1;

/**
 * Opens a client of the `openai` package, loaded on first use. All values it would otherwise read from the
 * environment are set, so that a key or organization of one provider never reaches another's endpoint. `fetchFor`
 * lets clients of one address share connections.
 */
export async function openClient(
  endpoint: OpenAIEndpoint,
  { baseUrl, apiKey }: { readonly baseUrl: string; readonly apiKey: string },
  secrets: ModelSecrets,
  fetchFor: (url: string) => Promise<Fetch> = openFetch,
): Promise<OpenAI> {
  const { url, headers, query } = endpointAddress(baseUrl);
  const [{ OpenAI, AzureOpenAI }, fetch] = await Promise.all([import("openai"), fetchFor(url)]);
  const options = {
    apiKey,
    baseURL: url,
    adminAPIKey: null,
    webhookSecret: null,
    ...(isOpenAIHost(url) ? {} : { organization: null, project: null }),
    maxRetries: 0,
    timeout: noTimeoutMs,
    logLevel: "off" as const,
    defaultHeaders: { ...headers, ...revealed(secrets) },
    defaultQuery: query,
    async fetch(target: string | URL | Request, init?: RequestInit) {
      const response = await fetch(String(target), init as Parameters<typeof fetch>[1]);
      if (response.status >= 300 && response.status < 400) return refusedRedirect(response, String(target));
      return (response.ok ? response : await withErrorBody(response)) as unknown as globalThis.Response;
    },
  };
  return endpoint.client === "azure"
    ? new AzureOpenAI({
        ...options,
        apiVersion: endpoint.apiVersion ?? "",
        // The client does not encode names in the path.
        ...(endpoint.deployment === undefined ? {} : { deployment: endpoint.deployment }),
      })
    : new OpenAI(options);
}

function revealed({ headers }: ModelSecrets): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, secret]) => [name, secret.reveal()]));
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
