import type { AnswerKind } from "../core/answer/answer.ts";
import type { JsonObject, JsonValue } from "../core/data/json.ts";
import type { ModelError } from "../core/model-error.ts";
import type { ChatMessage } from "../core/prompt/message.ts";
import type { ModelParameters } from "../core/prompt/prompt.ts";
import type { TokenUsage } from "../core/usage.ts";
import type { ModelSecrets, ModelSpec } from "./model-spec.ts";

/** What a call of a stored prompt asks of a model: one answer, whole or piece by piece. */
export interface GenerationRequest {
  /** Messages for `/chat/completions`, or a text for `/completions`. */
  readonly prompt: readonly ChatMessage[] | string;
  readonly parameters: ModelParameters;
  /** Should the answer come piece by piece? */
  readonly isStreamed: boolean;
  /** Log-probabilities of so many of the likeliest tokens are asked for. */
  readonly logprobs?: number;
  /** What follows the text to be written; completions only. */
  readonly suffix?: string;
  readonly signal?: AbortSignal;
}

/** One answer with everything that is to be known of it, also when it failed or broke off. */
export interface Generation {
  /**
   * The answer without its thinking (with `reasoning: keep`, with it), be it all or the beginning; null when there
   * is no text (tool calls, an error).
   */
  readonly text: string | null;
  /** What the answer is; absent when there is none. */
  readonly kind?: AnswerKind;
  /** The thinking that came with the answer. */
  readonly reasoning?: string;
  /** The provider's message as it was sent; null for a text completion, and when none came. */
  readonly message: ChatMessage | null;
  /** In the provider's own words: `stop`, `length`, `tool_calls`, `content_filter` … */
  readonly finishReason?: string;
  /** Absent when the provider reports none. */
  readonly usage?: TokenUsage;
  /** From sending to the end of the answer, further attempts included. */
  readonly latencyMs: number;
  /** Body of the request as it was sent; no key is in it. */
  readonly request: JsonObject;
  /** Body of the answer; that of a stream is put together to what an answer in one piece would be. */
  readonly response?: JsonValue;
  /** Set when no answer came, or when it broke off. */
  readonly error?: ModelError;
}

/**
 * A model for the calls of an application, as against `LanguageModel` for those of a search: it streams,
 * gives everything the provider said, and asks again as seldom as a provider's own client does.
 *
 *     for await (const text of model.generate({ prompt, parameters: {}, isStreamed: true })) write(text);
 */
export interface PromptModel {
  readonly provider: string;
  readonly modelId: string;
  /**
   * Yields the texts of the answer as they come (one, when it is not streamed) and returns the whole of it.
   * Never throws: what goes wrong is the `error` of what is returned, which then holds what came before.
   */
  generate(request: GenerationRequest): AsyncGenerator<string, Generation, void>;
}

/**
 * The model of a spec. Nothing is sent, and no key looked at, before it is asked. Rejects with UsageError
 * when nothing here speaks to the spec's provider.
 */
export type OpenPromptModel = (spec: ModelSpec, secrets: ModelSecrets) => Promise<PromptModel>;
