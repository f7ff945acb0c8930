import type { PromptVersion } from "../../contracts/registry.ts";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import type { ModelError } from "../../core/model-error.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import type { ModelConfiguration, Template, TemplateLanguage } from "../../core/prompt/prompt.ts";

/** Details of a prompt passed with a call: uses an equal version or stores a new one. */
export interface PromptCallDetails {
  readonly model: ModelConfiguration;
  /** If absent, only the call's messages are sent. */
  readonly template?: Template;
  readonly templateLanguage?: TemplateLanguage;
}

/**
 * A call of a stored prompt. The version is `versionId`, else `environment`, else `prompt`, else the selector in
 * `path` (`x@3`), else the version deployed to the default environment. Only one of `versionId`, `environment`
 * and a selector is allowed.
 */
export interface PromptCallRequest {
  /** A path or another reference: `x`, `x@production`, `prompts:/x/3`, `prv_…`. */
  readonly path?: string;
  /** `pr_…`; with a path, both must refer to the same prompt. */
  readonly id?: string;
  /** `prv_…`, a version number or a version name. */
  readonly versionId?: string;
  /** Name of the environment whose version to call. */
  readonly environment?: string;
  readonly prompt?: PromptCallDetails;
  /** Sent after the template's messages. */
  readonly messages?: readonly ChatMessage[];
  /** `none`, `auto`, `required` or `{type: "function", function: {name}}`. */
  readonly toolChoice?: JsonValue;
  /** The template's variables. */
  readonly inputs?: JsonObject;
  /** Number of answers, each requested and logged separately; default 1. */
  readonly numSamples?: number;
  /** Number of most likely tokens to report log-probabilities for, in the logs' `providerResponse`. */
  readonly logprobs?: number;
  /** Text after the text to generate; only for prompts with `endpoint: complete`. */
  readonly suffix?: string;
  readonly metadata?: JsonObject;
  /** End user of the application; logged, never sent to the provider. */
  readonly user?: string;
  readonly source?: string;
  /** ISO 8601. */
  readonly startTime?: string;
  readonly endTime?: string;
  readonly sourceDatapointId?: string;
  readonly traceParentId?: string;
  /** Label of the log, not the selector. */
  readonly logEnvironment?: string;
  /** If false, the log holds no inputs, messages or answers. */
  readonly save?: boolean;
  /** Provider → key, for this call only; never stored. `openai_azure_endpoint` is the address for its key. */
  readonly providerApiKeys?: Readonly<Record<string, string>>;
  /** If false, `inputs` of the response is empty. */
  readonly returnInputs?: boolean;
  /** Id of the first sample's log; ConflictError if it is taken. */
  readonly logId?: string;
  /** Aborts the call; output received so far is logged. */
  readonly signal?: AbortSignal;
}

/** One sample. Times are ISO 8601, UTC. */
export interface PromptCallLog {
  /** Index of the sample, from 0. */
  readonly index: number;
  /** `log_…`; also the id of the trace. */
  readonly id: string;
  readonly promptId: string;
  readonly versionId: string;
  /** Null for tool calls and errors without text. */
  readonly output: string | null;
  /** Null for a text completion and if there was no answer. */
  readonly outputMessage: ChatMessage | null;
  readonly createdAt: string;
  readonly error: string | null;
  readonly providerLatencyMs: number;
  /** Always null; present for clients that read all logs alike. */
  readonly stdout: null;
  /** Token counts are null if the provider reports none; `reasoningTokens` are part of `outputTokens`. */
  readonly promptTokens: number | null;
  readonly outputTokens: number | null;
  readonly reasoningTokens: number | null;
  /** USD; null if the price or the tokens are unknown. */
  readonly promptCostUsd: number | null;
  readonly outputCostUsd: number | null;
  readonly finishReason: string | null;
}

/** The result of a call. It also has the fields of the first sample. */
export interface PromptCallResponse extends PromptCallLog {
  /** The version that was called. */
  readonly version: PromptVersion;
  /** In order of `index`. */
  readonly logs: readonly PromptCallLog[];
  /** The messages as sent, the template's first; null for a text completion. */
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
  /**
   * Id of the log at the top of the trace: the first sample's own unless the call is nested under another log.
   */
  readonly traceId: string;
  /** Same as `id`. */
  readonly logId: string;
  /** Remarks on the call: inputs without a variable, fields without effect. */
  readonly notes: readonly string[];
}

/** A piece of a streamed call. */
export interface PromptCallDelta {
  readonly index: number;
  readonly id: string;
  readonly promptId: string;
  readonly versionId: string;
  /** The new text of this piece. */
  readonly output: string;
  /** The sample's log, in its last piece, whose `output` is empty. */
  readonly log?: PromptCallLog;
  /** Accompanies the log of a sample that failed or was interrupted. */
  readonly error?: ModelError;
}

/**
 * A streamed call in progress. Iterate it once; pieces of several samples arrive as they are ready. Leaving the
 * loop early ends the call, and output received so far is logged.
 */
export interface PromptCallStream extends AsyncIterable<PromptCallDelta> {
  readonly version: PromptVersion;
  readonly notes: readonly string[];
  /** Resolves with the first text or the end of any sample; rejects with ModelError if all failed before. */
  readonly opened: Promise<void>;
  /** Resolves when everything is read. Rejects with ModelError if every sample failed. */
  readonly response: Promise<PromptCallResponse>;
}
