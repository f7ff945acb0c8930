import { unescape as decode } from "node:querystring";
import type { OpenAI } from "openai";
import type { Response } from "undici";
import type { ModelSecrets } from "../../contracts/model-spec.ts";
import { type Fetch, openFetch } from "../open-fetch.ts";
import { shownUrl } from "../secret-mask.ts";
import type { OpenAIEndpoint } from "./openai-endpoint.ts";

/** Longer than any deadline: whoever calls sets the deadline, the client must not cut it short. */
const noTimeoutMs = 2 ** 31 - 1;

/**
 * A client of the `openai` package, loaded on first use. Everything it would otherwise take from the
 * environment is given, so that no key or organisation of one provider reaches another's endpoint.
 * `fetchFor` may give clients of one address the same sockets.
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
      if (response.status >= 300 && response.status < 400) return redirectRefused(response, String(target));
      return (response.ok ? response : await withErrorBody(response)) as unknown as globalThis.Response;
    },
  };
  return endpoint.client === "azure"
    ? new AzureOpenAI({
        ...options,
        apiVersion: endpoint.apiVersion ?? "",
        // The client puts names into the path as they are.
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

/** The client reads `error.message` alone; other servers put their reason elsewhere. */
async function withErrorBody(response: Response): Promise<globalThis.Response> {
  const { status, statusText } = response;
  const headers = [...response.headers.entries()].filter(
    ([name]) => !/^content-(length|encoding)$/.test(name),
  );
  return new globalThis.Response(errorBody(await response.text()), { status, statusText, headers });
}

/** A redirect that was followed would take the key along, to wherever the answer says. */
async function redirectRefused(response: Response, target: string): Promise<globalThis.Response> {
  const location = response.headers.get("location");
  await response.body?.cancel();
  const place =
    location !== null && URL.canParse(location, target) ? new URL(location, target).href : undefined;
  const where = place === undefined ? "elsewhere" : `to ${shownUrl(place)}`;
  const message = `it redirects ${where}, and redirects are not followed with a key; set base_url to the address that answers`;
  return new globalThis.Response(JSON.stringify({ error: { message } }), { status: response.status });
}

/** An address taken apart: what is sent elsewhere than in the URL. */
interface EndpointAddress {
  /** Without user, password and query; no slash at its end. */
  readonly url: string;
  /** `Authorization: Basic …` when the address holds a user. fetch refuses such addresses itself. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** Takes a valid URL apart. */
function endpointAddress(baseUrl: string): EndpointAddress {
  const { origin, pathname, username, password, searchParams } = new URL(baseUrl);
  const user = `${decode(username)}:${decode(password)}`;
  return {
    url: `${origin}${pathname}`.replace(/\/+$/, ""),
    headers: user === ":" ? {} : { authorization: `Basic ${Buffer.from(user).toString("base64")}` },
    query: Object.fromEntries(searchParams),
  };
}

/**
 * An error body as the `openai` client takes it: the client hands on what is under `error`, and drops what a
 * server wrote anywhere else.
 */
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
