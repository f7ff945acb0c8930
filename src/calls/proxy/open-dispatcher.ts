import type { Dispatcher } from "undici";
import { isLoopback } from "../../models/shown-url.ts";

/** Sockets to an upstream, kept open between calls; deadlines are the caller's matter. */
export async function openDispatcher(origin: string): Promise<Dispatcher> {
  // By its default export: a bundle of a CommonJS package has no other.
  const { Agent, EnvHttpProxyAgent } = (await import("undici")).default;
  const sockets = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 10_000, pipelining: 1 };
  return isLoopback(origin) ? new Agent(sockets) : new EnvHttpProxyAgent(sockets);
}
