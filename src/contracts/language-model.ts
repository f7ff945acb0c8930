import type { AnswerKind } from "../core/answer/answer.ts";
import type { ChatMessage, ToolCall } from "../core/prompt/message.ts";
import type { ModelParameters } from "../core/prompt/prompt.ts";
import type { Price, TokenUsage } from "../core/usage.ts";

/** What is asked of a model. Parameters given here win over the model's own. */
export interface CompletionRequest {
  readonly messages: readonly ChatMessage[];
  readonly parameters?: ModelParameters;
  /**
   * Tells two calls with equal content apart: 0 for the first, 1 for a deliberate second sample.
   * Part of the content address of the answer.
   */
  readonly repeat?: number;
  readonly signal?: AbortSignal;
  /** Writes pages where other answers are a line: it has more time where the user set none. */
  readonly isLong?: boolean;
  /**
   * Called for each attempt that was sent and whose answer is not the one given back: an error that is billed,
   * a lost attempt, an answer that was cut off and asked for again. Returns false when no further attempt may
   * be paid for.
   */
  readonly onUnused?: (attempt: UnusedAttempt) => boolean;
  /**
   * Internal: the content address of the question, set by the layer that files answers for the layers under
   * it. Providers ignore it.
   */
  readonly address?: string;
  /**
   * Called right before an attempt is sent, once every limit has let it through; `maxOutputTokens` is the limit it
   * carries. What it throws ends the call, and nothing is sent.
   */
  readonly onSend?: (attempt: { readonly maxOutputTokens: number }) => void;
  /**
   * Called before each attempt after the first. With `maxOutputTokens` the answer was cut off and is asked for
   * again under a larger limit. Returns false when it may not be paid for.
   */
  readonly onRetry?: (next?: { readonly maxOutputTokens: number }) => boolean;
}

/** An attempt that a provider bills, or may bill, and that brought nothing to use. */
export interface UnusedAttempt extends TokenUsage {
  /** Sent, and no answer came back (timeout, dropped connection, killed process): the tokens are an estimate. */
  readonly isLost?: boolean;
  /** The provider reported no believable usage. */
  readonly isEstimated?: boolean;
  /** The model that was asked, when it was a fallback. */
  readonly answeredBy?: string;
  /** An answer that the tool's own limit cut off, and that is asked for again under the larger one. */
  readonly isCutOff?: boolean;
  /** Paid for by another run, whose answer is taken: a budget counts it, nothing is paid now. */
  readonly origin?: "cache";
}

export type FinishReason = "stop" | "length" | "tool_calls" | "content_filter" | "other";

export interface Completion {
  /** The answer without its thinking. */
  readonly text: string;
  /** What the answer is. A provider may leave it out: the stack reads it from the text and the finish reason. */
  readonly kind?: AnswerKind;
  /** The thinking that came with the answer. */
  readonly reasoning?: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
  readonly usage: TokenUsage;
  /** The provider reported no believable usage: `usage` is an estimate. */
  readonly isEstimated?: boolean;
  /** Milliseconds the provider took; that of the first answer when it comes from journal or cache. */
  readonly latencyMs: number;
  /**
   * Where the answer came from. Absent: from the provider, just now. `journal`: this run paid for it
   * before. `cache`: it cost nothing, paid for by another run or by an equal call of this one.
   */
  readonly origin?: "journal" | "cache";
  /** The model that answered, when a fallback did. */
  readonly answeredBy?: string;
  /** Cut off by a limit that the tool set and the user did not. */
  readonly isToolLimited?: true;
  /** Withheld by a 4xx of the provider's content policy: an answer that nobody bills. */
  readonly isUnbilled?: true;
  /** Parameters the answer was made without or under another name, because the provider does not take them. */
  readonly adapted?: readonly string[];
  /** USD per million tokens when a stored answer was paid for; absent when it was unknown, or is just given. */
  readonly price?: Price;
}

/**
 * One chat model behind one method. Rejects with ModelError only.
 *
 *     const { text } = await model.complete({ messages: [{ role: "user", content: "Hello" }] });
 */
export interface LanguageModel {
  readonly provider: string;
  readonly modelId: string;
  complete(request: CompletionRequest): Promise<Completion>;
}

/** Same interface in, same out; `models/stack.ts` is the one place that orders layers. */
export type ModelLayer = (model: LanguageModel) => LanguageModel;

/** One thing that a model's requests need to be sent differently. Plain JSON. */
export interface Adaptation {
  /** Member of the request body that the model refuses, for example `temperature`; `system` is the message role. */
  readonly parameter: string;
  /** What it is sent as instead: another member, or another role. Absent: it is left out. */
  readonly sentAs?: string;
}

/** What has been learned about the requests that each model accepts. */
export interface AdaptationLog {
  /** In the order in which they were noted. */
  known(modelKey: string): readonly Adaptation[];
  /** Noted before the next request of that model is sent. */
  note(modelKey: string, adaptation: Adaptation): void;
}
