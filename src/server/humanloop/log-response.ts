import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import type { Trace } from "../../core/trace.ts";
import { messageRecord } from "../../traces/message-record.ts";
import { evaluatorLogJson } from "./evaluator-response.ts";
import { sourceOf } from "./log-source.ts";
import type { PromptResponse } from "./prompt-response.ts";
import type { TracePlace } from "./trace-place.ts";

/** What stands around a log. */
export interface LogSurroundings {
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
