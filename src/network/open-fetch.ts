import type { fetch, Response } from "undici";

export type Fetch = (url: string, init: Parameters<typeof fetch>[1]) => Promise<Response>;

/**
 * `fetch` with its own keep-alive connections. Node's default gives up after five minutes without headers and
 * ignores proxies; here the caller sets the deadline. Redirects are returned as responses unless the caller
 * follows them.
 */
export async function openFetch(url: string): Promise<Fetch> {
  // Use the default export: a bundled CommonJS package has no other.
  const { Agent, EnvHttpProxyAgent, fetch } = (await import("undici")).default;
  const sockets = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 10_000 };
  const dispatcher = isLoopback(url) ? new Agent(sockets) : new EnvHttpProxyAgent(sockets);
  return (target, init) => fetch(target, { redirect: "manual", ...init, dispatcher });
}

const loopbackHost = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

export function isLoopback(url: string): boolean {
  return URL.canParse(url) && loopbackHost.test(new URL(url).hostname);
}
