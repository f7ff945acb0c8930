import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from "node:http";
import type { DatasetStore } from "../../src/contracts/dataset-store.ts";
import { createMemoryRegistry } from "../../src/registry/create-memory-registry.ts";
import { openRunStore } from "../../src/run/store/run-store.ts";
import { createServer, type Server } from "../../src/server/create-server.ts";
import type { RouteGroup } from "../../src/server/route-group.ts";
import type { GivenServices, ServerAddress, ServerOptions } from "../../src/server/server-services.ts";
import { createMemoryTraces, type MemoryTraces } from "./memory-traces.ts";

export interface ServerWorld {
  readonly server: Server;
  readonly address: ServerAddress;
  readonly traces: MemoryTraces;
  readonly logged: readonly string[];
  /** The logged errors, without warnings. */
  readonly loggedErrors: readonly string[];
  /** Sends a request exactly as given, including its path. */
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
}

export interface SendOptions {
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: unknown;
}

export interface WorldOptions extends ServerOptions {
  readonly groups?: readonly RouteGroup[];
  readonly host?: string;
  /** Default: a free one. */
  readonly port?: number;
  readonly services?: Partial<GivenServices>;
}

/** A server on a free loopback port, with stores in this process. Close it with `server.close(0)`. */
export async function startServer(options: WorldOptions = {}): Promise<ServerWorld> {
  const traces = createMemoryTraces();
  const logged: string[] = [];
  const loggedErrors: string[] = [];
  const services: GivenServices = {
    registry: createMemoryRegistry(),
    traces,
    datasets: {} as DatasetStore,
    runs: openRunStore("/no/state"),
    clock: { now: () => new Date(), monotonicMs: () => performance.now() },
    env: {},
    log: (line, kind) => {
      logged.push(line);
      if (kind === "error") loggedErrors.push(line);
    },
    version: "0.0.0",
    ...options.services,
  };
  const server =
    options.groups === undefined
      ? createServer(services, options)
      : createServer(services, options, options.groups);
  const address = await server.listen(options.port ?? 0, options.host ?? "127.0.0.1");
  const send = (method: string, path: string, { headers = {}, body }: SendOptions = {}) => {
    const isCounted = body !== undefined && headers["transfer-encoding"] === undefined;
    const length = isCounted ? { "content-length": Buffer.byteLength(body) } : {};
    return sendRaw(address, method, path, { ...length, ...headers }, body);
  };
  return { server, address, traces, logged, loggedErrors, send };
}

function sendRaw(
  { port }: ServerAddress,
  method: string,
  path: string,
  headers: OutgoingHttpHeaders,
  body: string | Buffer | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          get json() {
            return JSON.parse(text);
          },
        }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
