import type { PromptCallRequest } from "../../calls/prompt/prompt-call.ts";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import { messageOfRecord } from "../../traces/message-record.ts";
import { parseGivenDetails } from "./given-prompt.ts";
import type { VersionQuery } from "./humanloop-services.ts";
import type { CallRequest } from "./schemas/call-schemas.ts";

/** A call as the core takes it: `null` is the same as not given, and a version named wins over details given. */
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

/** The client sends keys that were not given as null, inside messages too. */
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
