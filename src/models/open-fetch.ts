import type { fetch, Response } from "undici";
import { isLoopback } from "./secret-mask.ts";

export type Fetch = (url: string, init: Parameters<typeof fetch>[1]) => Promise<Response>;

/**
 * `fetch` over sockets of its own, kept open between calls. Node's own gives up after five minutes
 * without headers, and knows no proxies; deadlines are the caller's matter here. Redirects are answers like others
 * unless the caller has them followed.
 */
export async function openFetch(url: string): Promise<Fetch> {
  // By its default export: a bundle of a CommonJS package has no other.
  const { Agent, EnvHttpProxyAgent, fetch } = (await import("undici")).default;
  const sockets = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 10_000 };
  const dispatcher = isLoopback(url) ? new Agent(sockets) : new EnvHttpProxyAgent(sockets);
  return (target, init) => fetch(target, { redirect: "manual", ...init, dispatcher });
}
