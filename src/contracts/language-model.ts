import type { ChatMessage, ToolCall } from "../core/message.ts";
import type { ModelParameters } from "../core/prompt.ts";
import type { TokenUsage } from "../core/usage.ts";

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
  /**
   * Called when an attempt was answered, and so paid for, but cannot be used (cut off by length,
   * empty, filtered); `answeredBy` is set when a fallback answered so. Returns false when no further
   * attempt may be paid for.
   */
  readonly onWaste?: (usage: TokenUsage, answeredBy?: string) => boolean;
}

export type FinishReason = "stop" | "length" | "tool_calls" | "content_filter" | "other";

export interface Completion {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
  readonly usage: TokenUsage;
  /** Milliseconds the provider took; that of the first answer when it comes from journal or cache. */
  readonly latencyMs: number;
  /**
   * Where the answer came from. Absent: from the provider, just now. `journal`: this run paid for it
   * before. `cache`: it cost nothing, paid for by another run or by an equal call of this one.
   */
  readonly origin?: "journal" | "cache";
  /** The model that answered, when a fallback did. */
  readonly answeredBy?: string;
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
