import type { TraceStore } from "../../contracts/trace-store.ts";
import { canonicalJson } from "../../core/data/digest.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { Trace } from "../../core/trace.ts";
import { messageRecord } from "../../traces/message-record.ts";
import { derivedId } from "./derived-id.ts";
import { evaluatorLogJson } from "./evaluator-response.ts";
import type { PromptResponse } from "./prompt-response.ts";

/** The position of a log in its trace. */
interface TracePlace {
  /** Id of the root log. */
  readonly rootId: string;
  /** Id of the root's flow; undefined if the root is not a flow. */
  readonly flowId: string | undefined;
}

const deepest = 64;

/** Finds the root of logs and caches results. */
export function createTracePlaces(traces: Pick<TraceStore, "find">): (trace: Trace) => Promise<TracePlace> {
  const known = new Map<string, Promise<Trace | undefined>>();
  const find = (id: string): Promise<Trace | undefined> => {
    const found = known.get(id) ?? traces.find(id);
    known.set(id, found);
    return found;
  };
  return async (trace) => {
    let top = trace;
    for (let level = 0; level < deepest && top.parentId !== undefined; level++) {
      const parent = await find(top.parentId);
      // The parent is missing, so use the client's id.
      if (parent === undefined) return { rootId: top.parentId, flowId: undefined };
      top = parent;
    }
    const flow = top.other?.["flow"];
    const id = isJsonObject(flow) ? flow["id"] : undefined;
    return { rootId: top.traceId, flowId: typeof id === "string" ? id : undefined };
  };
}

/** Context of a log. */
interface LogSurroundings {
  /** Undefined for deleted versions and for logs of other kinds. */
  readonly prompt: PromptResponse | undefined;
  readonly place: TracePlace;
  /** Rendered child logs. */
  readonly children: readonly JsonObject[];
}

/** Renders a trace for `/logs`. */
export function logResponse(trace: Trace, { prompt, place, children }: LogSurroundings): JsonObject {
  const { traceId, startedAt, endedAt, outputMessage, usage, feedback = [] } = trace;
  return withoutUndefined({
    id: traceId,
    log_id: traceId,
    ...sourceOf(trace, prompt),
    log_status: trace.other?.["log_status"],
    output: trace.output ?? null,
    output_message: outputMessage === undefined ? null : messageRecord(outputMessage),
    messages: trace.messages?.map(messageRecord) ?? null,
    inputs: trace.inputs ?? {},
    created_at: endedAt ?? startedAt,
    start_time: startedAt,
    end_time: endedAt ?? startedAt,
    error: trace.error ?? null,
    stdout: trace.stdout ?? null,
    provider_latency: trace.providerLatencyMs === undefined ? null : trace.providerLatencyMs / 1000,
    prompt_tokens: usage?.inputTokens ?? null,
    reasoning_tokens: usage?.reasoningTokens ?? null,
    output_tokens: usage?.outputTokens ?? null,
    prompt_cost: trace.promptCostUsd ?? null,
    output_cost: trace.outputCostUsd ?? null,
    finish_reason: trace.finishReason ?? null,
    // Without tools no choice is sent; a logged call may not have one.
    tool_choice: trace.parameters?.["tool_choice"] ?? (trace.providerRequest === undefined ? null : "none"),
    source: trace.source ?? null,
    metadata: trace.metadata ?? null,
    source_datapoint_id: trace.sourceDatapointId ?? null,
    trace_parent_id: trace.parentId ?? null,
    trace_id: place.rootId,
    trace_flow_id: place.flowId ?? null,
    trace_children: children,
    user: trace.user ?? null,
    environment: trace.environment ?? null,
    save: trace.saved !== false,
    provider_request: trace.providerRequest ?? null,
    provider_response: trace.providerResponse ?? null,
    batches: [],
    evaluator_logs: feedback.map((one) => evaluatorLogJson(traceId, one)),
  });
}

function withoutUndefined(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as JsonObject;
}

/** The source of a log; exactly one is set, as the client requires. */
type LogSource =
  | { readonly prompt: JsonValue }
  | { readonly tool: JsonObject }
  | { readonly flow: JsonObject };

/** Flows are not stored; equal names give equal ids. */
export function flowOf(path: string, attributes: JsonObject): JsonObject {
  const version = `${path}\n${canonicalJson(attributes)}`;
  return { id: derivedId("fl", path), version_id: derivedId("flv", version), path, attributes };
}

export function toolOf(path: string, details: JsonObject): JsonObject {
  const version = `${path}\n${canonicalJson(details)}`;
  return { ...details, id: derivedId("tl", path), version_id: derivedId("tlv", version), path };
}

/**
 * Clients reject logs without a source. A deleted version is rebuilt from the log, and a call without a
 * prompt becomes part of a flow with its name.
 */
function sourceOf(trace: Trace, prompt: PromptResponse | undefined): LogSource {
  if (prompt !== undefined) return { prompt: prompt as JsonValue };
  const { flow, tool } = trace.other ?? {};
  if (isJsonObject(tool)) return { tool: { ...fileFields(tool, trace), total_logs_count: 1, inputs: [] } };
  if (isJsonObject(flow)) return { flow: fileFields(flow, trace) };
  const path = trace.prompt?.path;
  if (path === undefined) return { flow: fileFields(flowOf(trace.name ?? "calls", {}), trace) };
  const gone = {
    id: derivedId("pr", `gone\n${path}`),
    path,
    version_id: trace.prompt?.versionId ?? derivedId("prv", `gone\n${path}`),
    model: trace.model ?? "",
  };
  return { prompt: { ...fileFields(gone, trace), total_logs_count: 1, inputs: [] } };
}

/** The file fields known from one log. */
function fileFields(file: JsonObject, { startedAt }: Trace): JsonObject {
  const path = String(file["path"] ?? "");
  return {
    ...file,
    name: path.slice(path.lastIndexOf("/") + 1),
    created_at: startedAt,
    updated_at: startedAt,
    last_used_at: startedAt,
    version_logs_count: 1,
  };
}
