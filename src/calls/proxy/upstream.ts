import { UsageError } from "../../core/errors.ts";
import { shownUrl } from "../../models/secret-mask.ts";
import { isLoopback } from "../../network/open-fetch.ts";

/** Where calls are forwarded. */
export interface Upstream {
  /** `https://api.openai.com` */
  readonly origin: string;
  /** Prefix of the path: `/v1`. Without a trailing slash. */
  readonly basePath: string;
  /** User and password of the address as a header; undefined if there are none. */
  readonly authorization?: string;
  /** Provider name in traces: `openai`, `azure`, else the host. */
  readonly provider: string;
  /** For display: without user, password and query. */
  readonly shown: string;
}

interface UpstreamChoice {
  /** The user's flag. */
  readonly flag?: string | undefined;
  /** `OPENAI_BASE_URL`, which may be the proxy itself. */
  readonly baseUrl?: string | undefined;
  /** Host and port of the proxy. */
  readonly own?: { readonly host: string; readonly port: number } | undefined;
}

const openAi = "https://api.openai.com/v1";

/**
 * The flag, else the environment variable unless it is the proxy itself, else OpenAI. Throws UsageError for an
 * invalid address.
 */
export function chooseUpstream({ flag, baseUrl, own }: UpstreamChoice): Upstream {
  if (flag !== undefined) {
    const upstream = readUpstream(flag, "--upstream");
    if (isOwn(upstream, own)) {
      throw new UsageError(`--upstream ${upstream.shown} is the proxy itself`, {
        hint: "use the address of the API behind the proxy",
      });
    }
    return upstream;
  }
  if (baseUrl !== undefined && baseUrl !== "") {
    const upstream = readUpstream(baseUrl, "OPENAI_BASE_URL");
    if (!isOwn(upstream, own)) return upstream;
  }
  return readUpstream(openAi, "");
}

function readUpstream(text: string, name: string): Upstream {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`${name}: expected an address such as ${openAi}, got "${shownUrl(text)}"`);
  }
  const path = url.pathname.replace(/\/+$/, "");
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    origin: url.origin,
    // An address without a path gets /v1, like the proxy's own API.
    basePath: path === "" ? "/v1" : path,
    ...(login === ":" ? {} : { authorization: `Basic ${Buffer.from(login).toString("base64")}` }),
    provider: providerOf(url.hostname),
    shown: `${url.origin}${path === "" ? "/v1" : path}`,
  };
}

function providerOf(host: string): string {
  if (host === "api.openai.com" || host.endsWith(".api.openai.com")) return "openai";
  if (host.endsWith(".openai.azure.com") || host.endsWith(".cognitiveservices.azure.com")) return "azure";
  return host;
}

function isOwn(upstream: Upstream, own: UpstreamChoice["own"]): boolean {
  if (own === undefined) return false;
  const { hostname, port, protocol } = new URL(upstream.origin);
  const asked = Number(port === "" ? (protocol === "https:" ? 443 : 80) : port);
  if (asked !== own.port) return false;
  return hostname.replace(/^\[|\]$/g, "") === own.host || isLoopback(upstream.origin);
}
