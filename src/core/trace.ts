import type { JsonObject, JsonValue } from "./data/json.ts";
import type { ChatMessage, ToolCall } from "./prompt/message.ts";
import type { Template } from "./prompt/prompt.ts";

/** The prompt of a call, as far as known. */
export interface TracePrompt {
  readonly path?: string;
  readonly version?: number;
  /** `prv_…` */
  readonly versionId?: string;
  readonly template?: Template;
}

/** A rating or correction of an answer. */
export interface TraceFeedback {
  /** 0 (wrong) to 1 (right). */
  readonly rating?: number;
  /** The answer that was expected. */
  readonly betterResponse?: string;
  readonly comment?: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly by?: string;
  /** Name of the evaluator, if there are several. */
  readonly evaluator?: string;
  /** The original judgment, if rating and comment do not express it; null while it is pending. */
  readonly judgment?: JsonValue;
}

export interface TraceUsage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Part of `outputTokens`. */
  readonly reasoningTokens?: number;
}

/** The record of one call of an application. On disk the keys are snake_case, one trace per line. */
export interface Trace {
  readonly traceId: string;
  /** The parent trace. */
  readonly parentId?: string;
  /** Calls of one job, in order. */
  readonly chainId?: string;
  /** Calls of one conversation. */
  readonly chatId?: string;
  /** The application's own id of the call. */
  readonly eventId?: string;
  /** The key that feedback uses, if not the trace id. */
  readonly feedbackKey?: string;
  readonly name?: string;
  readonly prompt?: TracePrompt;
  /** The template's variables. */
  readonly inputs?: JsonObject;
  /** As sent to the model. */
  readonly messages?: readonly ChatMessage[];
  /** Without the reasoning; null if the answer has no text. */
  readonly output?: string | null;
  readonly outputMessage?: ChatMessage;
  readonly toolCalls?: readonly ToolCall[];
  /** The reasoning that came with the answer. */
  readonly reasoning?: string;
  readonly model?: string;
  readonly provider?: string;
  /** Sampling parameters, tools and the rest of the request, under the provider's own keys. */
  readonly parameters?: JsonObject;
  readonly usage?: TraceUsage;
  readonly promptCostUsd?: number | null;
  readonly outputCostUsd?: number | null;
  /** Sum of the two. */
  readonly costUsd?: number | null;
  readonly finishReason?: string;
  /** Why the answer is missing or incomplete. */
  readonly error?: string;
  /** The provider's error code or type, else the kind of failure (`timeout`, `connection` …). */
  readonly errorCode?: string;
  /** HTTP status of the error; absent if there was none. */
  readonly errorStatus?: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly latencyMs?: number;
  readonly environment?: string;
  readonly source?: string;
  readonly user?: string;
  readonly metadata?: JsonObject;
  readonly sourceDatapointId?: string;
  readonly sampleIndex?: number;
  /** False: the payloads (inputs, messages, output …) must not be stored. Absent: true. */
  readonly saved?: boolean;
  readonly stdout?: string;
  readonly providerLatencyMs?: number;
  readonly providerRequest?: JsonValue;
  readonly providerResponse?: JsonValue;
  readonly feedback?: readonly TraceFeedback[];
  /** Unknown fields of an imported trace, unchanged. */
  readonly other?: JsonObject;
}
