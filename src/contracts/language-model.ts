import type { AnswerKind } from "../core/answer/answer.ts";
import type { ChatMessage, ToolCall } from "../core/prompt/message.ts";
import type { ModelParameters } from "../core/prompt/prompt.ts";
import type { Price, TokenUsage } from "../core/usage.ts";

/** A request to a model. Parameters given here override the model's own. */
export interface CompletionRequest {
  readonly messages: readonly ChatMessage[];
  readonly parameters?: ModelParameters;
  /**
   * Distinguishes calls with equal content: 0 for the first, 1 for a deliberate second sample. Part of the
   * content address of the answer.
   */
  readonly repeat?: number;
  readonly signal?: AbortSignal;
  /** A request for a long answer, with a longer time limit unless the user set one. */
  readonly isLong?: boolean;
  /**
   * Called for each attempt that was sent but does not provide the final answer: a billed error, a lost
   * attempt, or a cut-off answer that is requested again. Returns false if no further attempt may be paid for.
   */
  readonly onUnused?: (attempt: UnusedAttempt) => boolean;
  /**
   * Internal, on a worker: how often the run has sent the same request before. Simulated faults depend on it.
   */
  readonly attempt?: number;
  /**
   * Internal: the content address of the question, set by the storing layer for the layers below it. Providers
   * ignore it.
   */
  readonly address?: string;
  /**
   * Called right before an attempt is sent, after every limit allowed it; `maxOutputTokens` is the limit in the
   * request. If it throws, the call ends and nothing is sent.
   */
  readonly onSend?: (attempt: { readonly maxOutputTokens: number }) => void;
  /**
   * Called before each attempt after the first. With `maxOutputTokens`, a cut-off answer is requested again
   * under a larger limit. Returns false if the attempt may not be paid for.
   */
  readonly onRetry?: (next?: { readonly maxOutputTokens: number }) => boolean;
}

/** An attempt without a usable answer that the provider bills, or may bill. */
export interface UnusedAttempt extends TokenUsage {
  /** Sent without a response (timeout, dropped connection, killed process): the tokens are an estimate. */
  readonly isLost?: boolean;
  /** The provider reported no plausible usage. */
  readonly isEstimated?: boolean;
  /** The model that was called, if it was a fallback. */
  readonly answeredBy?: string;
  /** An answer that the tool's own limit cut off and that is requested again under a larger one. */
  readonly isCutOff?: boolean;
  /** Another run paid for it and its answer is reused: the budget counts it, but nothing is paid now. */
  readonly origin?: "cache";
}

/** Why an answer ended, in one spelling for all providers. */
export type FinishReason = "stop" | "length" | "tool_calls" | "content_filter" | "other";

/** The answer of a model. */
export interface Completion {
  /** The answer without its reasoning. */
  readonly text: string;
  /**
   * The kind of the answer. Providers may omit it: the stack derives it from the text and the finish reason.
   */
  readonly kind?: AnswerKind;
  /** The reasoning that came with the answer. */
  readonly reasoning?: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
  readonly usage: TokenUsage;
  /** The provider reported no plausible usage: `usage` is an estimate. */
  readonly isEstimated?: boolean;
  /** Milliseconds that the provider took; for stored answers, the time of the original call. */
  readonly latencyMs: number;
  /**
   * Where the answer came from. Absent: from the provider, just now. `journal`: this run paid for it earlier.
   * `cache`: free, because another run or an equal call of this run paid for it.
   */
  readonly origin?: "journal" | "cache";
  /** The model that answered, if it was a fallback. */
  readonly answeredBy?: string;
  /** Cut off by a limit that the tool set, not the user. */
  readonly isToolLimited?: true;
  /** Withheld by a 4xx of the provider's content policy, which is not billed. */
  readonly isUnbilled?: true;
  /** Parameters that were dropped or renamed because the provider does not accept them. */
  readonly adapted?: readonly string[];
  /** USD per million tokens when a stored answer was paid for; absent if unknown, or if the answer is new. */
  readonly price?: Price;
}

/**
 * One chat model with one method. Rejects only with ModelError.
 *
 *     const { text } = await model.complete({ messages: [{ role: "user", content: "Hello" }] });
 */
export interface LanguageModel {
  readonly provider: string;
  readonly modelId: string;
  complete(request: CompletionRequest): Promise<Completion>;
}

/** Wraps a model; only `models/stack.ts` decides the order of layers. */
export type ModelLayer = (model: LanguageModel) => LanguageModel;

/** One change that a model's requests need. Plain JSON. */
export interface Adaptation {
  /**
   * Member of the request body that the model rejects, for example `temperature`; `system` is the message role.
   */
  readonly parameter: string;
  /** The replacement: another member, or another role. Absent: the member is left out. */
  readonly sentAs?: string;
}

/** The known request changes of each model. */
export interface AdaptationLog {
  /** In the order in which they were noted. */
  known(modelKey: string): readonly Adaptation[];
  /** Noted before the next request of that model is sent. */
  note(modelKey: string, adaptation: Adaptation): void;
}
