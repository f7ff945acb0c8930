import type { JsonObject, JsonValue } from "./data/json.ts";
import type { ChatMessage, ToolCall } from "./prompt/message.ts";
import type { Template } from "./prompt/prompt.ts";

/** The prompt a call was made with, as far as it is known. */
export interface TracePrompt {
  readonly path?: string;
  readonly version?: number;
  /** `prv_…` */
  readonly versionId?: string;
  readonly template?: Template;
}

/** What somebody thought of an answer. */
export interface TraceFeedback {
  /** 0 (wrong) to 1 (right). */
  readonly rating?: number;
  /** The answer there should have been. */
  readonly betterResponse?: string;
  readonly comment?: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly by?: string;
  /** Name of what judged, when several do. */
  readonly evaluator?: string;
  /** The judgment as it was given, where rating and comment do not say it so; null for one that is still to come. */
  readonly judgment?: JsonValue;
}

export interface TraceUsage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Part of `outputTokens`. */
  readonly reasoningTokens?: number;
}

/** What one call of an application did. On disk the keys are snake_case, one trace a line. */
export interface Trace {
  readonly traceId: string;
  /** The trace this one is nested under. */
  readonly parentId?: string;
  /** Calls of one job, in their order. */
  readonly chainId?: string;
  /** Calls of one conversation. */
  readonly chatId?: string;
  /** The application's own id of this call. */
  readonly eventId?: string;
  /** What feedback names, where that is not the trace's id. */
  readonly feedbackKey?: string;
  readonly name?: string;
  readonly prompt?: TracePrompt;
  /** The template's variables. */
  readonly inputs?: JsonObject;
  /** As they went to the model. */
  readonly messages?: readonly ChatMessage[];
  /** Without the thinking; null when the answer has no text. */
  readonly output?: string | null;
  readonly outputMessage?: ChatMessage;
  readonly toolCalls?: readonly ToolCall[];
  /** The thinking that came with the answer. */
  readonly reasoning?: string;
  readonly model?: string;
  readonly provider?: string;
  /** Sampling parameters, tools and the rest of the request, with the provider's own keys. */
  readonly parameters?: JsonObject;
  readonly usage?: TraceUsage;
  readonly promptCostUsd?: number | null;
  readonly outputCostUsd?: number | null;
  /** Sum of the two. */
  readonly costUsd?: number | null;
  readonly finishReason?: string;
  /** Why there is no whole answer. */
  readonly error?: string;
  /** The provider's code or type of the error; else the kind of the failure (`timeout`, `connection` …). */
  readonly errorCode?: string;
  /** HTTP status of the error; absent where there was none. */
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
  /** False: the payloads (inputs, messages, output …) were not to be kept. Absent: true. */
  readonly saved?: boolean;
  readonly stdout?: string;
  readonly providerLatencyMs?: number;
  readonly providerRequest?: JsonValue;
  readonly providerResponse?: JsonValue;
  readonly feedback?: readonly TraceFeedback[];
  /** Fields of a trace that came from elsewhere and have no name here, as they were. */
  readonly other?: JsonObject;
}
