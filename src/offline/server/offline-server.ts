import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Simulation } from "../../contracts/model-spec.ts";
import { digestOf } from "../../core/data/digest.ts";
import { ModelError, UsageError } from "../../core/errors.ts";
import { createFaultInjector, type FaultInjector } from "../faults.ts";
import { type Answered, answerBody, chunksOf, completeBody, type Endpoint } from "./answer-body.ts";
import { type ChatRequestBody, readChatRequest, readCompletionBody } from "./read-body.ts";
import { respondJson, sendError, sendFault, sendModels, sendStream } from "./respond.ts";

const mostBytes = 20 * 1024 * 1024;

export type ReadJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: number; readonly message: string };

/** Reads a request body as JSON, up to 20 MB. */
async function readJsonBody(request: IncomingMessage): Promise<ReadJson> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes)
      return { ok: false, status: 413, message: `The body is larger than ${mostBytes} bytes.` };
    chunks.push(chunk);
  }
  try {
    return { ok: true, value: JSON.parse(Buffer.concat(chunks).toString("utf8")) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, status: 400, message: `We could not parse the JSON body of your request: ${reason}` };
  }
}

export interface OfflineServerOptions {
  /** Latency and faults of a model that is not in `models`. */
  readonly simulate: Simulation;
  /** The listed models by name, each with its own latency and faults. */
  readonly models: Readonly<Record<string, Simulation>>;
  /** 0 picks a free port. */
  readonly port: number;
  readonly host: string;
}

export interface OfflineServer {
  /** Without a trailing slash; the OpenAI base URL is this plus `/v1`. */
  readonly url: string;
  readonly port: number;
  /** Stops listening and closes open connections. */
  close(): Promise<void>;
}

const backlog = 4096;
const keepAliveMs = 65_000;
const endpoints: Readonly<Record<string, Endpoint>> = {
  "/v1/chat/completions": "chat",
  "/v1/completions": "completion",
};
/**
 * Serves the offline models through an OpenAI-compatible endpoint: chat and text completions (streamed too) and
 * the list of models. Rejects with UsageError if it cannot listen there.
 */
export async function createOfflineServer(options: OfflineServerOptions): Promise<OfflineServer> {
  const behaviors = createBehaviors(options);
  const server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
    serve(request, response, behaviors).catch(() => response.socket?.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException): void => {
      const hint = cause.code === "EADDRINUSE" ? "choose another port, or 0 for a free one" : undefined;
      reject(
        new UsageError(`cannot listen on ${options.host}:${options.port}: ${cause.message}`, { cause, hint }),
      );
    };
    server.once("error", refuse);
    server.listen({ port: options.port, host: options.host, backlog }, () => {
      server.off("error", refuse);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Behavior {
  readonly latencyMs: number;
  readonly faults: FaultInjector;
}

interface Behaviors {
  readonly names: readonly string[];
  of(model: string | undefined): Behavior;
}

function createBehaviors({ simulate, models }: OfflineServerOptions): Behaviors {
  const behaviorOf = (simulation: Simulation): Behavior => ({
    latencyMs: simulation.latencyMs,
    faults: createFaultInjector(simulation),
  });
  const named = new Map(Object.entries(models).map(([name, own]) => [name, behaviorOf(own)]));
  const other = behaviorOf(simulate);
  return { names: [...named.keys()], of: (model) => named.get(model ?? "") ?? other };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  behaviors: Behaviors,
): Promise<void> {
  const path = (request.url ?? "/").replace(/\?.*$/, "").replace(/(?<=.)\/$/, "");
  const endpoint = Object.hasOwn(endpoints, path) ? endpoints[path] : undefined;
  if (endpoint === undefined) {
    sendModels(request, response, path, behaviors.names);
    return;
  }
  if (request.method !== "POST") {
    const message = `${path} takes POST, not ${request.method}.`;
    sendError(response, 405, message, { code: "method_not_allowed" }, { allow: "POST" });
    return;
  }
  const read = await readJsonBody(request);
  if (!read.ok) {
    sendError(response, read.status, read.message, {}, { connection: "close" });
    return;
  }
  const body = endpoint === "chat" ? readChatRequest(read.value) : readCompletionBody(read.value);
  if ("message" in body) {
    sendError(response, 400, body.message, { param: body.param });
    return;
  }
  const { latencyMs, faults } = behaviors.of(body.requests[0]?.model);
  const fault = faults.next(digestOf([path, read.value]));
  if (latencyMs > 0) await wait(latencyMs);
  const answered = answerOrProblem(body, endpoint);
  if (answered instanceof ModelError) {
    sendError(response, answered.status ?? 400, answered.message);
    return;
  }
  const chunks = body.isStreamed ? chunksOf(answered, endpoint, body.wantsUsage) : undefined;
  if (fault !== undefined) sendFault(response, fault, completeBody(answered, endpoint), chunks);
  else if (chunks === undefined) respondJson(response, 200, completeBody(answered, endpoint));
  else sendStream(response, chunks);
}

function answerOrProblem(body: ChatRequestBody, endpoint: Endpoint): Answered | ModelError {
  try {
    return answerBody(body, endpoint);
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
}
