import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { type Conditions, type Fault, faultOf, latencyOf } from "./conditions.ts";
import { answerRequest, reflect } from "./models.ts";
import { completionBody, messagesOf, readBody, send, type WireRequest } from "./wire.ts";
import { type WorldSpec, worldNamed } from "./world-spec.ts";

/** What was asked under one address. Failed attempts are not calls. */
export interface WorldStats {
  target: number;
  reflection: number;
  /** Calls of the target model that held no request: a prompt had lost its placeholder. */
  blind: number;
  faults: number;
  /** Sum of the times before answers. */
  latencyMs: number;
  mostInFlight: number;
}

interface Visit extends Conditions {
  readonly world: WorldSpec;
  readonly seed: number;
  readonly stats: WorldStats & { inFlight: number };
  /** Questions whose first attempt has failed. */
  readonly failed: Set<string>;
}

/**
 * Serves all worlds at `http://127.0.0.1:PORT/WORLD/SEED/LATENCY_MS/FAULT_RATE/TAG/v1`: the models are
 * called `target` and `reflection`, answers depend on address and request alone, and `…/v1/stats` counts
 * the requests to that address so far. Resolves to `http://127.0.0.1:PORT`.
 */
export async function startWorldServer(): Promise<string> {
  const visits = new Map<string, Visit>();
  const visitAt = (path: string): Visit => {
    const known = visits.get(path);
    if (known !== undefined) return known;
    const visit = openVisit(path);
    visits.set(path, visit);
    return visit;
  };
  const server = createServer(async (request, response) => {
    const [path = "", method = ""] = (request.url ?? "").split("/v1");
    try {
      const visit = visitAt(path);
      if (method === "/stats") send(response, 200, JSON.stringify(visit.stats));
      else await complete(visit, await readBody(request), response);
    } catch (error) {
      if (!response.headersSent) send(response, 400, JSON.stringify({ error: { message: String(error) } }));
    }
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", 1024, resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function openVisit(path: string): Visit {
  const [, world = "", seed = "", latency = "0", faults = "0"] = path.split("/");
  const stats = { target: 0, reflection: 0, blind: 0, faults: 0, latencyMs: 0, mostInFlight: 0, inFlight: 0 };
  const conditions = { latencyMs: Number(latency), faultRate: Number(faults) };
  return { world: worldNamed(world), seed: Number(seed), ...conditions, stats, failed: new Set() };
}

async function complete(visit: Visit, body: string, response: ServerResponse): Promise<void> {
  const { stats, failed } = visit;
  stats.mostInFlight = Math.max(stats.mostInFlight, ++stats.inFlight);
  response.on("close", () => stats.inFlight--);
  const waitMs = latencyOf(visit, body);
  stats.latencyMs += waitMs;
  if (waitMs > 0) await wait(waitMs);
  const fault = failed.has(body) ? undefined : faultOf(visit, body);
  if (fault === undefined) return answer(visit, JSON.parse(body) as WireRequest, response);
  failed.add(body);
  stats.faults++;
  fail(fault, response);
}

function answer({ world, seed, stats }: Visit, request: WireRequest, response: ServerResponse): void {
  const question = { messages: messagesOf(request), repeat: request.seed ?? 0 };
  if (request.model === "reflection") {
    stats.reflection++;
    send(response, 200, completionBody(request, reflect(world, seed, question)));
    return;
  }
  const { text, isBlind } = answerRequest(world, seed, question);
  stats.target++;
  if (isBlind) stats.blind++;
  send(response, 200, completionBody(request, text));
}

function fail(fault: Fault, response: ServerResponse): void {
  if (fault === "dropped") response.destroy();
  else if (fault === "cut") send(response, 200, '{"id":"chatcmpl-world","choices":[{"mess');
  else {
    if (fault === "429") response.setHeader("retry-after", "0");
    send(response, Number(fault), JSON.stringify({ error: { message: "the model is busy" } }));
  }
}
