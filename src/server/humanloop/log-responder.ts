import type { TraceStore } from "../../contracts/trace-store.ts";
import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import type { Trace } from "../../core/trace.ts";
import type { HumanloopServices } from "./humanloop-services.ts";
import { createTracePlaces, logResponse } from "./log-response.ts";
import type { PromptResponse } from "./prompt-response.ts";

/** Renders logs for `/logs`, with prompt and trace position, and optionally with child logs. */
export async function respondWithLogs(
  services: Pick<HumanloopServices, "registry" | "respond" | "traces">,
  logs: readonly Trace[],
  { withChildren = false }: { readonly withChildren?: boolean } = {},
): Promise<readonly JsonObject[]> {
  const placeOf = createTracePlaces(services.traces);
  const below = withChildren
    ? await logsBelow(services.traces, await parentsAmong(services, logs))
    : new Map();
  const render = async (trace: Trace): Promise<JsonObject> => {
    const children: readonly Trace[] = below.get(trace.traceId) ?? [];
    return logResponse(trace, {
      prompt: await promptOfTrace(services, trace),
      place: await placeOf(trace),
      children: await Promise.all(children.map(render)),
    });
  };
  return Promise.all(logs.map(render));
}

export async function respondWithLog(
  services: Pick<HumanloopServices, "registry" | "respond" | "traces">,
  trace: Trace,
): Promise<JsonObject> {
  const [response] = await respondWithLogs(services, [trace], { withChildren: true });
  return response as JsonObject;
}

/** The current state of a log's version; undefined if it has none or was deleted. */
async function promptOfTrace(
  { registry, respond }: Pick<HumanloopServices, "registry" | "respond">,
  { prompt }: Trace,
): Promise<PromptResponse | undefined> {
  if (prompt?.versionId === undefined) return undefined;
  const reference =
    prompt.path === undefined || prompt.version === undefined
      ? prompt.versionId
      : `${prompt.path}@${prompt.version}`;
  const version = (await registry.find(reference)) ?? (await registry.find(prompt.versionId));
  return version === undefined ? undefined : respond(version);
}

/** Logs that may have children: mostly flows. */
async function parentsAmong(
  { traces }: Pick<HumanloopServices, "traces">,
  logs: readonly Trace[],
): Promise<readonly Trace[]> {
  const isParent = async (log: Trace): Promise<boolean> => {
    if (isFlow(log)) return true;
    for await (const child of traces.list({ parentId: log.traceId })) if (child !== log) return true;
    return false;
  };
  const parents: Trace[] = [];
  for (const log of logs) if (await isParent(log)) parents.push(log);
  return parents;
}

function isFlow({ other }: Trace): boolean {
  return isJsonObject(other?.["flow"]);
}

const mostBelow = 1000;

/** Maps logs to their children. One pass suffices because children start later than parents. */
async function logsBelow(
  traces: Pick<TraceStore, "list">,
  tops: readonly Trace[],
): Promise<ReadonlyMap<string, readonly Trace[]>> {
  const below = new Map<string, Trace[]>(tops.map(({ traceId }) => [traceId, []]));
  const [since] = tops.map(({ startedAt }) => startedAt).sort();
  if (since === undefined) return below;
  let found = 0;
  for await (const trace of traces.list({ since })) {
    const siblings = trace.parentId === undefined ? undefined : below.get(trace.parentId);
    if (siblings === undefined || trace.parentId === trace.traceId) continue;
    siblings.push(trace);
    if (!below.has(trace.traceId)) below.set(trace.traceId, []);
    if (++found >= mostBelow) break;
  }
  return below;
}
