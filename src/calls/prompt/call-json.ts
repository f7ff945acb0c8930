import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import { messageRecord } from "../../traces/message-record.ts";
import type { PromptCallDelta, PromptCallLog, PromptCallResponse } from "./prompt-call.ts";

/** A sample in the API's field names; latencies in seconds, costs in dollars. */
export interface PromptCallLogJson {
  readonly index: number;
  readonly id: string;
  readonly prompt_id: string;
  readonly version_id: string;
  readonly output: string | null;
  readonly output_message: JsonValue;
  readonly created_at: string;
  readonly error: string | null;
  readonly provider_latency: number;
  readonly stdout: null;
  readonly prompt_tokens: number | null;
  readonly reasoning_tokens: number | null;
  readonly output_tokens: number | null;
  readonly prompt_cost: number | null;
  readonly output_cost: number | null;
  readonly finish_reason: string | null;
}

/**
 * A response as returned by `call --json` and the prompts API; `prompt` is the version in the caller's format.
 */
export function responseJson<Prompt>(response: PromptCallResponse, prompt: Prompt) {
  return {
    ...logJson(response),
    prompt,
    logs: response.logs.map(logJson),
    messages: messagesJson(response.messages),
    tool_choice: response.toolChoice,
    inputs: response.inputs,
    source: response.source,
    metadata: response.metadata,
    user: response.user,
    environment: response.environment,
    save: response.save,
    start_time: response.startTime,
    end_time: response.endTime,
    source_datapoint_id: response.sourceDatapointId,
    trace_parent_id: response.traceParentId,
    trace_id: response.traceId,
    log_id: response.logId,
  };
}

function logJson(log: PromptCallLog): PromptCallLogJson {
  return {
    index: log.index,
    id: log.id,
    prompt_id: log.promptId,
    version_id: log.versionId,
    output: log.output,
    output_message: log.outputMessage === null ? null : messageRecord(log.outputMessage),
    created_at: log.createdAt,
    error: log.error,
    provider_latency: log.providerLatencyMs / 1000,
    stdout: log.stdout,
    prompt_tokens: log.promptTokens,
    reasoning_tokens: log.reasoningTokens,
    output_tokens: log.outputTokens,
    prompt_cost: log.promptCostUsd,
    output_cost: log.outputCostUsd,
    finish_reason: log.finishReason,
  };
}

/** A piece of a stream: a log whose `output` is the new text. The last piece holds the final fields. */
export function deltaJson({ index, id, promptId, versionId, output, log }: PromptCallDelta): JsonObject {
  const head = { index, id, prompt_id: promptId, version_id: versionId, output };
  return log === undefined ? head : { ...logJson(log), ...head };
}

function messagesJson(messages: readonly ChatMessage[] | null): readonly JsonObject[] | null {
  return messages === null ? null : messages.map(messageRecord);
}
