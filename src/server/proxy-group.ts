import { createProxy, type RecordingProxy } from "../calls/proxy/create-proxy.ts";
import { chooseUpstream, type Upstream } from "../calls/proxy/upstream.ts";
import { knownPrice } from "../config/prices.ts";
import type { Trace } from "../core/trace.ts";
import { openAiShape, refuseRequest } from "./problem.ts";
import type { RouteGroup } from "./route-group.ts";
import type { ServerServices } from "./server-services.ts";

interface ProxyGroupOptions {
  /** `/v1`, `/openai/v1` */
  readonly prefix: string;
  /** The configured upstream. The first call throws UsageError if it is invalid. */
  readonly upstream?: string;
  readonly onTrace?: (trace: Trace) => void;
}

/**
 * The recording proxy. Clients' Authorization headers are for the upstream, so the server's own keys come in
 * `X-API-KEY`, which is not forwarded.
 */
export function createProxyGroup({ prefix, upstream, onTrace }: ProxyGroupOptions): RouteGroup {
  return {
    name: "proxy",
    prefixes: [prefix],
    shape: openAiShape,
    keyPlace: "own-header",
    isPassedThrough: true,
    routes(services) {
      const proxy = openProxy(services, upstream, onTrace);
      return {
        handle: (request, response) =>
          proxy.handle(request, response, (request.url ?? "/").slice(prefix.length)),
        settled: () => proxy.settled(),
        close: () => proxy.close(),
      };
    },
  };
}

function openProxy(
  services: ServerServices,
  flag: string | undefined,
  onTrace: ProxyGroupOptions["onTrace"],
): RecordingProxy {
  const { keyring, clock, log, traces } = services;
  return createProxy({
    upstream: () => upstreamOf(services, flag),
    sink: traces,
    clock,
    log,
    priceOf: knownPrice,
    isOwnHeader: (name, value) => name === "x-api-key" && keyring.holds(value),
    refuse: (request, response, status, code, message) =>
      refuseRequest(request, response, { status, code, message }, openAiShape),
    ...(onTrace === undefined ? {} : { onTrace }),
  });
}

/** The upstream the proxy will use, for messages at startup. */
export function upstreamOf(
  { env, address }: Pick<ServerServices, "env" | "address">,
  flag: string | undefined,
): Upstream {
  return chooseUpstream({ flag, baseUrl: env["OPENAI_BASE_URL"], own: address() });
}
