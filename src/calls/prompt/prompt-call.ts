import type { PromptVersion } from "../../contracts/registry.ts";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import type { ModelError } from "../../core/model-error.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import type { ModelConfiguration, Template, TemplateLanguage } from "../../core/prompt/prompt.ts";

/** Details of a prompt given with a call: an equal version is used, or else a new one filed. */
export interface PromptCallDetails {
  readonly model: ModelConfiguration;
  /** Absent: none; the call's messages are all that is sent. */
  readonly template?: Template;
  readonly templateLanguage?: TemplateLanguage;
}

/**
 * A call of a stored prompt. Which version: `versionId`, else `environment`, else `prompt`, else the selector in
 * `path` (`x@3`), else the version deployed to the default environment. Naming two of `versionId`, `environment`
 * and a selector is refused.
 */
export interface PromptCallRequest {
  /** Path, as a reference of any kind: `x`, `x@production`, `prompts:/x/3`, `prv_…`. */
  readonly path?: string;
  /** `pr_…`; with a path, both must mean the same prompt. */
  readonly id?: string;
  /** `prv_…`, a version's number or its name. */
  readonly versionId?: string;
  /** Name of the environment whose version is called. */
  readonly environment?: string;
  readonly prompt?: PromptCallDetails;
  /** Sent after the template's messages. */
  readonly messages?: readonly ChatMessage[];
  /** `none`, `auto`, `required` or `{type: "function", function: {name}}`. */
  readonly toolChoice?: JsonValue;
  /** The template's variables. */
  readonly inputs?: JsonObject;
  /** Answers wanted, each asked for and logged on its own; 1 by default. */
  readonly numSamples?: number;
  /** Log-probabilities of so many of the likeliest tokens, in the logs' `providerResponse`. */
  readonly logprobs?: number;
  /** What follows the text to be written; prompts with `endpoint: complete` only. */
  readonly suffix?: string;
  readonly metadata?: JsonObject;
  /** End user of the application; logged, never sent. */
  readonly user?: string;
  readonly source?: string;
  /** ISO 8601. */
  readonly startTime?: string;
  readonly endTime?: string;
  readonly sourceDatapointId?: string;
  readonly traceParentId?: string;
  /** Label of the log, not the selector. */
  readonly logEnvironment?: string;
  /** False: the log keeps neither inputs, messages nor answers. */
  readonly save?: boolean;
  /** Provider → key, for this call; kept nowhere. `openai_azure_endpoint` is the address that goes with its key. */
  readonly providerApiKeys?: Readonly<Record<string, string>>;
  /** False: `inputs` of the response is empty. */
  readonly returnInputs?: boolean;
  /** Id of the first sample's log; ConflictError when it is taken. */
  readonly logId?: string;
  /** Ends the call; what came by then is logged. */
  readonly signal?: AbortSignal;
}

/** One sample. Times are ISO 8601, UTC. */
export interface PromptCallLog {
  /** Of the sample, from 0. */
  readonly index: number;
  /** `log_…`; the trace has it as its id. */
  readonly id: string;
  readonly promptId: string;
  readonly versionId: string;
  /** Null for tool calls and errors without any text. */
  readonly output: string | null;
  /** Null for a text completion and when no answer came. */
  readonly outputMessage: ChatMessage | null;
  readonly createdAt: string;
  readonly error: string | null;
  readonly providerLatencyMs: number;
  /** Nothing is captured here; the field is there for who reads all logs alike. */
  readonly stdout: null;
  /** Tokens are null where the provider reports none; `reasoningTokens` are part of `outputTokens`. */
  readonly promptTokens: number | null;
  readonly outputTokens: number | null;
  readonly reasoningTokens: number | null;
  /** USD; null when the price or the tokens are unknown. */
  readonly promptCostUsd: number | null;
  readonly outputCostUsd: number | null;
  readonly finishReason: string | null;
}

/** What a call gave. The fields of the first sample are its own as well. */
export interface PromptCallResponse extends PromptCallLog {
  /** The version that was called. */
  readonly version: PromptVersion;
  /** In order of `index`. */
  readonly logs: readonly PromptCallLog[];
  /** As they were sent, the template's first; null for a text completion. */
  readonly messages: readonly ChatMessage[] | null;
  readonly toolChoice: JsonValue;
  readonly inputs: JsonObject;
  readonly source: string | null;
  readonly metadata: JsonObject | null;
  readonly user: string | null;
  /** Label of the log. */
  readonly environment: string | null;
  readonly save: boolean;
  readonly startTime: string;
  readonly endTime: string;
  readonly sourceDatapointId: string | null;
  readonly traceParentId: string | null;
  /** Id of the log at the top of the trace: the first sample's own, unless the call is nested under another log. */
  readonly traceId: string;
  /** As `id`. */
  readonly logId: string;
  /** What deserves a word: inputs without a variable, fields that had no use. */
  readonly notes: readonly string[];
}

/** A piece of a streamed call. */
export interface PromptCallDelta {
  readonly index: number;
  readonly id: string;
  readonly promptId: string;
  readonly versionId: string;
  /** The text that came with this piece. */
  readonly output: string;
  /** The sample's log, in its last piece: `output` is empty there. */
  readonly log?: PromptCallLog;
  /** Beside the log of a sample that failed or broke off. */
  readonly error?: ModelError;
}

/**
 * A streamed call, under way. Iterated once; pieces of several samples come as they are ready. Leaving the loop
 * early ends the call, and what came is logged.
 */
export interface PromptCallStream extends AsyncIterable<PromptCallDelta> {
  readonly version: PromptVersion;
  readonly notes: readonly string[];
  /** Resolves with the first text or the end of any sample; rejects with ModelError when all failed before. */
  readonly opened: Promise<void>;
  /** When all is read. Rejects with ModelError when every sample failed. */
  readonly response: Promise<PromptCallResponse>;
}
