import type { AnswerKind } from "../core/answer/answer.ts";
import type { JsonObject, JsonValue } from "../core/data/json.ts";
import type { ModelError } from "../core/model-error.ts";
import type { ChatMessage } from "../core/prompt/message.ts";
import type { ModelParameters } from "../core/prompt/prompt.ts";
import type { TokenUsage } from "../core/usage.ts";
import type { ModelSecrets, ModelSpec } from "./model-spec.ts";

/** One call of a stored prompt, whole or streamed. */
export interface GenerationRequest {
  /** Messages for `/chat/completions`, or a text for `/completions`. */
  readonly prompt: readonly ChatMessage[] | string;
  readonly parameters: ModelParameters;
  /** Whether to stream the answer. */
  readonly isStreamed: boolean;
  /** Request the log-probabilities of this many likeliest tokens. */
  readonly logprobs?: number;
  /** Text after the completion; completions endpoint only. */
  readonly suffix?: string;
  readonly signal?: AbortSignal;
}

/** One answer with all its details, even if it failed or broke off. */
export interface Generation {
  /**
   * The answer, possibly partial, without its reasoning (with it under `reasoning: keep`); null if there is no
   * text (tool calls, an error).
   */
  readonly text: string | null;
  /** The kind of the answer; absent if there is none. */
  readonly kind?: AnswerKind;
  /** The reasoning that came with the answer. */
  readonly reasoning?: string;
  /** The provider's message, unchanged; null for a text completion, and if there is none. */
  readonly message: ChatMessage | null;
  /** The provider's own finish reason: `stop`, `length`, `tool_calls`, `content_filter` … */
  readonly finishReason?: string;
  /** Absent if the provider reports none. */
  readonly usage?: TokenUsage;
  /** From sending the request to the end of the answer, including retries. */
  readonly latencyMs: number;
  /** Body of the request as sent; it contains no API key. */
  readonly request: JsonObject;
  /** Body of the answer; a streamed one is assembled into the form of a whole answer. */
  readonly response?: JsonValue;
  /** Set if no answer arrived or the answer broke off. */
  readonly error?: ModelError;
}

/**
 * A model for the calls of an application, while `LanguageModel` serves a search: it streams, returns
 * everything the provider sent, and retries as rarely as a provider's own client.
 *
 *     for await (const text of model.generate({ prompt, parameters: {}, isStreamed: true })) write(text);
 */
export interface PromptModel {
  readonly provider: string;
  readonly modelId: string;
  /**
   * Yields the texts of the answer as they arrive (one text if it is not streamed) and returns the whole
   * answer. Never throws: failures are in the returned `error`, next to the part received so far.
   */
  generate(request: GenerationRequest): AsyncGenerator<string, Generation, void>;
}

/**
 * Opens the model of a spec. Sends nothing and reads no API key before the first call. Rejects with UsageError
 * if the spec's provider is not supported.
 */
export type OpenPromptModel = (spec: ModelSpec, secrets: ModelSecrets) => Promise<PromptModel>;
