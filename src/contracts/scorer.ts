import type { Example } from "../core/data/example.ts";
import type { JsonValue } from "../core/data/json.ts";
import type { ToolCall } from "../core/prompt/message.ts";
import type { LanguageModel } from "./language-model.ts";

/** What is judged: one answer to one example. */
export interface Judgement {
  readonly example: Example;
  readonly output: string;
  readonly toolCalls: readonly ToolCall[];
  readonly trace?: JsonValue;
  readonly signal?: AbortSignal;
  /**
   * The judge model, for scorers that ask one. Calls are charged and journalled by whoever hands
   * it in; a scorer never builds a model of its own.
   */
  readonly judge?: LanguageModel;
}

/**
 * Rates one answer. Rejects with ScorerError when no score can be given; a wrong answer is a
 * score of 0, never a rejection.
 *
 *     await scorer.score({ example, output: "positive", toolCalls: [] })  // { value: 1 }
 */
export interface Scorer {
  score(judgement: Judgement): Promise<Score>;
  /** Judge calls a score takes: usual, and at most (with retries). `{0, 0}` for deterministic ones. */
  readonly judgeCalls: { readonly usual: number; readonly most: number };
  /** Upper bound of the tokens one judge call takes besides the example's and the output's own texts. */
  readonly judgeOverheadTokens?: number;
}

/** A scorer as chosen by a config; plain JSON, part of a plan. */
export interface ScorerSpec {
  /** Name of a shipped scorer, or the absolute path of a module. */
  readonly use: string;
  readonly options: { readonly [key: string]: JsonValue };
  readonly weight: number;
}

/** How good an answer is: 0 … 1, higher is better, never NaN. */
export interface Score {
  readonly value: number;
  /** What was wrong and what would have been right: the text a reflection learns from. */
  readonly feedback?: string;
  /** Named parts of the score, each 0 … 1. */
  readonly parts?: Readonly<Record<string, number>>;
}
