import type { Generation } from "../../../contracts/prompt-model.ts";
import type { JsonObject } from "../../../core/data/json.ts";
import type { ModelError } from "../../../core/errors.ts";
import type { Trace, TraceUsage } from "../../../core/trace.ts";
import { withoutThinking } from "../../../traces/answer-of-trace.ts";
import { type ErrorFields, thrownFields } from "../../../traces/error-fields.ts";
import type { PreparedCall } from "../prepare-call.ts";
import type { PromptCallLog } from "../prompt-call.ts";

/** A sample as a trace that names its version. */
export function sampleTrace(call: PreparedCall, log: PromptCallLog, generation: Generation): Trace {
  const { request, version, spec } = call;
  const { path, version: number, versionId, template } = version;
  const isSaved = request.save !== false;
  const endedAt = request.endTime ?? log.createdAt;
  return Object.freeze({
    traceId: log.id,
    ...defined({ parentId: request.traceParentId }),
    name: path,
    prompt: { path, version: number, versionId, template },
    ...(isSaved ? payload(call, log, generation) : { saved: false }),
    model: spec.name,
    provider: version.model.provider ?? spec.provider,
    ...defined({ usage: usageOf(log) }),
    promptCostUsd: log.promptCostUsd,
    outputCostUsd: log.outputCostUsd,
    costUsd: sum(log.promptCostUsd, log.outputCostUsd),
    ...defined({
      finishReason: log.finishReason ?? undefined,
      ...errorOf(generation.error, isSaved),
    }),
    startedAt: request.startTime ?? call.startedAt,
    endedAt,
    latencyMs: log.providerLatencyMs,
    ...defined({
      environment: request.logEnvironment,
      source: request.source,
      user: request.user,
      metadata: request.metadata,
      sourceDatapointId: request.sourceDatapointId,
    }),
    sampleIndex: log.index,
    providerLatencyMs: log.providerLatencyMs,
  });
}

/** The payload, empty for a call with `save: false`. */
function payload({ generation: asked, inputs }: PreparedCall, log: PromptCallLog, given: Generation) {
  const messages =
    typeof asked.prompt === "string" ? [{ role: "user", content: asked.prompt }] : asked.prompt;
  return {
    ...{ inputs, messages, output: log.output },
    ...(log.outputMessage === null ? {} : { outputMessage: withoutThinking(log.outputMessage) }),
    ...(given.reasoning === undefined ? {} : { reasoning: given.reasoning }),
    ...(log.outputMessage?.toolCalls === undefined ? {} : { toolCalls: log.outputMessage.toolCalls }),
    parameters: parametersIn(given.request),
    providerRequest: leanRequest(given.request, messages),
    ...(given.response === undefined ? {} : { providerResponse: given.response }),
  };
}

/** Above this number of characters, a trace stores the messages only once and not again in the request. */
const longMessages = 1024 * 1024;

function leanRequest(request: JsonObject, messages: readonly { readonly content: unknown }[]): JsonObject {
  const length = messages.reduce(
    (sum, { content }) => sum + (typeof content === "string" ? content.length : 0),
    0,
  );
  if (length < longMessages) return request;
  const { messages: _, prompt: __, ...rest } = request;
  return rest;
}

/** All members of a request except its texts and the streaming options. */
function parametersIn(body: JsonObject): JsonObject {
  const {
    model: _,
    messages: __,
    prompt: ___,
    suffix: ____,
    stream: _____,
    stream_options: ______,
    ...rest
  } = body;
  return rest;
}

/** Provider messages may quote the request, so only the kind of the error is kept if payloads are not saved. */
function errorOf(error: ModelError | undefined, isSaved: boolean): ErrorFields | undefined {
  if (error === undefined) return undefined;
  const fields = thrownFields(error);
  if (isSaved) return fields;
  const status = error.status === undefined ? "" : ` (${error.status})`;
  return { ...fields, error: `the call failed: ${error.kind}${status}` };
}

function usageOf({ promptTokens, outputTokens, reasoningTokens }: PromptCallLog): TraceUsage | undefined {
  if (promptTokens === null || outputTokens === null) return undefined;
  return {
    inputTokens: promptTokens,
    outputTokens,
    ...(reasoningTokens === null ? {} : { reasoningTokens }),
  };
}

function sum(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}

type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Defined<Fields>;
}
