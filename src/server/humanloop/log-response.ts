import type { TraceStore } from "../../contracts/trace-store.ts";
import { canonicalJson } from "../../core/data/digest.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { Trace } from "../../core/trace.ts";
import { messageRecord } from "../../traces/message-record.ts";
import { derivedId } from "./derived-id.ts";
import { evaluatorLogJson } from "./evaluator-response.ts";
import type { PromptResponse } from "./prompt-response.ts";

/** Where a log stands among the logs of one job. */
interface TracePlace {
  /** Id of the log at the top. */
  readonly rootId: string;
  /** Id of the flow that the top is a log of; undefined when it is none. */
  readonly flowId: string | undefined;
}

const deepest = 64;

/** Finds the top above logs; what was found for one is known for the next. */
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
      // A parent that was never logged, or is gone: the client's own id is all there is to go by.
      if (parent === undefined) return { rootId: top.parentId, flowId: undefined };
      top = parent;
    }
    const flow = top.other?.["flow"];
    const id = isJsonObject(flow) ? flow["id"] : undefined;
    return { rootId: top.traceId, flowId: typeof id === "string" ? id : undefined };
  };
}

/** What stands around a log. */
interface LogSurroundings {
  /** Undefined for a version that is no longer there, and for a log of something else. */
  readonly prompt: PromptResponse | undefined;
  readonly place: TracePlace;
  /** Logs right below, as told. */
  readonly children: readonly JsonObject[];
}

/** A trace as `/logs` tells it. */
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
    // Nothing is sent where there are no tools; what is logged without a call says nothing.
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

/** What a log is a log of, as its client wants it told: exactly one of these. */
type LogSource =
  | { readonly prompt: JsonValue }
  | { readonly tool: JsonObject }
  | { readonly flow: JsonObject };

/** Flows are no files here; equal names have equal ids. */
export function flowOf(path: string, attributes: JsonObject): JsonObject {
  const version = `${path}\n${canonicalJson(attributes)}`;
  return { id: derivedId("fl", path), version_id: derivedId("flv", version), path, attributes };
}

export function toolOf(path: string, details: JsonObject): JsonObject {
  const version = `${path}\n${canonicalJson(details)}`;
  return { ...details, id: derivedId("tl", path), version_id: derivedId("tlv", version), path };
}

/**
 * Its clients refuse a log that is of nothing. So a version that is gone is told by what the log knows of it, and
 * a call that was recorded without any prompt is one of a flow of its name.
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

/** What is known of a file from one log of it. */
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
