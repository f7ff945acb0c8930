import type { PromptCallRequest } from "../../calls/prompt/prompt-call.ts";
import type { PromptVersion } from "../../contracts/registry.ts";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import type { Trace } from "../../core/trace.ts";
import { messageOfRecord } from "../../traces/message-record.ts";
import { parseGivenDetails } from "./given-prompt.ts";
import type { VersionQuery } from "./humanloop-services.ts";
import type { CallRequest, LogRequest, LogUpdate } from "./schemas/call-schemas.ts";

/** Converts a request to a call. `null` counts as absent. */
export function callRequest(given: CallRequest, query: VersionQuery, signal: AbortSignal): PromptCallRequest {
  const { prompt, messages, provider_api_keys: keys } = given;
  return withoutNulls({
    path: given.path,
    id: given.id,
    versionId: query.version_id,
    environment: query.environment,
    prompt: prompt === null || prompt === undefined ? undefined : parseGivenDetails(prompt),
    messages: messages === null || messages === undefined ? undefined : messagesOf(messages as JsonValue[]),
    toolChoice: given.tool_choice as JsonValue | undefined,
    inputs: given.inputs as JsonObject | undefined,
    numSamples: given.num_samples,
    logprobs: given.logprobs,
    suffix: given.suffix,
    metadata: given.metadata as JsonObject | undefined,
    user: given.user,
    source: given.source,
    startTime: given.start_time,
    endTime: given.end_time,
    sourceDatapointId: given.source_datapoint_id,
    traceParentId: given.trace_parent_id,
    logEnvironment: given.environment,
    save: given.save,
    providerApiKeys:
      keys === null || keys === undefined ? undefined : (withoutNulls(keys) as Record<string, string>),
    returnInputs: given.return_inputs,
    logId: given.log_id,
    signal,
  });
}

export function messagesOf(values: readonly JsonValue[]): readonly ChatMessage[] {
  return values.flatMap((value) => messageOfRecord(dropNulls(value)) ?? []);
}

/** The client sends absent keys as null, inside messages too. */
function dropNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(dropNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, member]) => member !== null || key === "content")
      .map(([key, member]) => [key, dropNulls(member)]),
  );
}

type Given<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], null | undefined> };

export function withoutNulls<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  ) as Given<Fields>;
}

/** Builds the trace of a call made by the application. */
export function loggedTrace(given: LogRequest, version: PromptVersion, logId: string, now: Date): Trace {
  const { path, version: number, versionId, template, model } = version;
  const startedAt = isoOf(given.start_time ?? given.created_at) ?? now.toISOString();
  return {
    traceId: logId,
    name: path,
    prompt: { path, version: number, versionId, template },
    model: model.model,
    startedAt,
    endedAt: isoOf(given.end_time ?? given.created_at) ?? startedAt,
    ...(model.provider === undefined ? {} : { provider: model.provider }),
    ...withoutNulls({
      parentId: given.trace_parent_id,
      environment: given.environment,
      user: given.user,
      sourceDatapointId: given.source_datapoint_id,
    }),
    ...(given.run_id === null || given.run_id === undefined ? {} : { other: { run_id: given.run_id } }),
    ...(given.save === false ? { saved: false } : {}),
    ...outcomeFields(given),
  };
}

/** The outcome fields of a request under trace names. */
export function outcomeFields(given: LogUpdate): Partial<Trace> {
  const { prompt_cost: promptCostUsd, output_cost: outputCostUsd } = given;
  const usage = withoutNulls({
    inputTokens: given.prompt_tokens,
    outputTokens: given.output_tokens,
    reasoningTokens: given.reasoning_tokens,
  });
  const message =
    given.output_message === null || given.output_message === undefined
      ? undefined
      : messageOfRecord(given.output_message as JsonValue);
  const costs = typeof promptCostUsd === "number" && typeof outputCostUsd === "number";
  const latencyMs = typeof given.provider_latency === "number" ? given.provider_latency * 1000 : undefined;
  return {
    ...withoutNulls({
      output: given.output,
      outputMessage: message,
      toolCalls: message?.toolCalls,
      error: given.error,
      stdout: given.stdout,
      finishReason: given.finish_reason,
      promptCostUsd,
      outputCostUsd,
      costUsd: costs ? promptCostUsd + outputCostUsd : undefined,
      providerLatencyMs: latencyMs,
      latencyMs,
      inputs: given.inputs as JsonObject | undefined,
      messages:
        given.messages === null || given.messages === undefined
          ? undefined
          : messagesOf(given.messages as JsonValue[]),
      parameters:
        given.tool_choice === null || given.tool_choice === undefined
          ? undefined
          : { tool_choice: given.tool_choice as JsonValue },
      source: given.source,
      metadata: given.metadata as JsonObject | undefined,
      providerRequest: given.provider_request as JsonObject | undefined,
      providerResponse: given.provider_response as JsonObject | undefined,
    }),
    ...(Object.keys(usage).length === 0 ? {} : { usage }),
  };
}

function isoOf(text: string | null | undefined): string | undefined {
  return text === null || text === undefined ? undefined : new Date(text).toISOString();
}
