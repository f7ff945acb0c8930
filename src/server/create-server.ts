import { setMaxListeners } from "node:events";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { UsageError } from "../core/errors.ts";
import { createTemplatePool } from "../core/template/template-pool.ts";
import { type AdmissionPolicy, admit, isLoopbackHost } from "./admission/admit.ts";
import { createBodyTurns } from "./admission/body-turns.ts";
import { createKeyring } from "./admission/check-key.ts";
import { createLiveRegistry } from "./live-registry.ts";
import { defaultBodyLimitBytes, mountGroups } from "./mount-groups.ts";
import { type Problem, plainShape, refuseRequest } from "./problem.ts";
import { groupOf, type RouteGroup } from "./route-group.ts";
import { routeGroups } from "./routes.ts";
import { countTraces, createServerMetrics, watchResponse } from "./server-metrics.ts";
import type { GivenServices, ServerAddress, ServerOptions, ServerServices } from "./server-services.ts";

export interface Server {
  /**
   * Port 0 picks a free port. Rejects with UsageError if it cannot listen or if a required key is missing.
   */
  listen(port: number, host: string): Promise<ServerAddress>;
  /**
   * Stops accepting connections, waits up to this time for pending responses, closes the rest and flushes
   * traces.
   */
  close(gracePeriodMs: number): Promise<void>;
  /** Undefined before the server listens. */
  readonly address: ServerAddress | undefined;
}

const backlog = 4096;
const notFound: Problem = { status: 404, code: "not_found", message: "no such path" };

/** Creates the HTTP server. Tests may pass `groups`; by default it serves all of `routes.ts`. */
export function createServer(
  given: GivenServices,
  options: ServerOptions = {},
  groups: readonly RouteGroup[] = routeGroups,
): Server {
  const metrics = createServerMetrics(given.version);
  let address: ServerAddress | undefined;
  const templates = createTemplatePool();
  const closing = new AbortController();
  // Every open stream listens.
  setMaxListeners(0, closing.signal);
  const keyring = createKeyring(options.apiKeys ?? []);
  const services: ServerServices = {
    ...given,
    registry: createLiveRegistry(given.registry, given.clock, { log: given.log }),
    traces: countTraces(given.traces, metrics),
    metrics,
    keyring,
    templates,
    allowedEndpoints: options.allowedEndpoints ?? [],
    closing: closing.signal,
    apiDocument: () => apiDocument(),
    address: () => address,
  };
  const { handlers, apiDocument } = mountGroups(groups, services, options);
  const { headersTimeoutMs = 10_000, requestTimeoutMs = 300_000, idleTimeoutMs = 30_000 } = options;
  const server = createHttpServer({
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: idleTimeoutMs,
    connectionsCheckingInterval: Math.min(1000, headersTimeoutMs),
    noDelay: true,
  });
  const bodyLimitBytes = options.bodyLimitBytes ?? defaultBodyLimitBytes;
  const turns = createBodyTurns(bodyLimitBytes, () => given.traces.flush());
  const policy = {
    keyring,
    bodyLimitBytes,
    allowedHosts: (options.allowedHosts ?? []).map((name) => name.toLowerCase()),
    listensOn: "",
  } satisfies AdmissionPolicy;
  let isClosing = false;

  server.on("request", (request, response) => {
    const url = request.url ?? "/";
    const query = url.indexOf("?");
    const head = { method: request.method ?? "GET", path: query === -1 ? url : url.slice(0, query) };
    const group = groupOf(groups, head.path);
    watchResponse(response, metrics, services.clock, group?.name ?? "none", head.method);
    if (isClosing) response.setHeader("connection", "close");
    const problem = admit(request, head, group ?? {}, policy) ?? (group === undefined ? notFound : undefined);
    const refuse = (reason: Problem) => refuseRequest(request, response, reason, group?.shape ?? plainShape);
    if (problem !== undefined || group === undefined) {
      refuse(problem ?? notFound);
      return;
    }
    const handle = () => {
      request.url = group.rewrites?.(url) ?? url;
      handlers.get(group)?.handle(request, response);
    };
    if (group.isPassedThrough === true) handle();
    else turns.take(request, response, handle, refuse);
  });

  return {
    get address() {
      return address;
    },
    async listen(port, host) {
      if (keyring.isEmpty && !isLoopbackHost(host)) {
        throw new UsageError(`${host} is reachable from other machines, but no API key is set`, {
          hint: "set --api-key (or DAO_OPT_API_KEY) or listen on 127.0.0.1",
        });
      }
      policy.listensOn = host;
      await listenOn(server, port, host);
      const bound = server.address() as AddressInfo;
      const shown = host.includes(":") ? `[${host}]` : host;
      address = Object.freeze({ host, port: bound.port, url: `http://${shown}:${bound.port}` });
      return address;
    },
    async close(gracePeriodMs) {
      isClosing = true;
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), gracePeriodMs);
      await closed;
      clearTimeout(cut);
      const all = [...new Set(handlers.values())];
      await Promise.all(all.map((handler) => handler.settled?.()));
      await Promise.all(all.map((handler) => handler.close?.()));
      await Promise.all([services.traces.flush(), templates.close()]);
    },
  };
}

function listenOn(server: ReturnType<typeof createHttpServer>, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException): void => {
      const isTaken = cause.code === "EADDRINUSE";
      const reason = isTaken
        ? `port ${port} of ${host} is in use`
        : `cannot listen on ${host}:${port}: ${cause.message}`;
      const hint = isTaken
        ? "stop the other program or choose another --port (0 picks a free one)"
        : undefined;
      reject(new UsageError(reason, { cause, hint }));
    };
    server.once("error", refuse);
    server.listen({ port, host, backlog }, () => {
      server.off("error", refuse);
      resolve();
    });
  });
}
