import type { Generation } from "../../../contracts/prompt-model.ts";
import type { JsonObject } from "../../../core/data/json.ts";
import type { ModelError } from "../../../core/errors.ts";
import type { Trace, TraceUsage } from "../../../core/trace.ts";
import { withoutThinking } from "../../../traces/answer-of-trace.ts";
import { type ErrorFields, thrownFields } from "../../../traces/error-fields.ts";
import type { PreparedCall } from "../prepare-call.ts";
import type { PromptCallLog } from "../prompt-call.ts";

/** One sample as a trace that names the version it was made with. */
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

/** What a call with `save: false` leaves out. */
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

/** Characters of messages from which on a trace holds them once, and not in the request again. */
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

/** Everything of a request but its texts and how the answer was to come. */
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

/** A provider's words may quote what was sent, so without payloads only the kind of the error is kept. */
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
