import type { Example } from "../core/data/example.ts";
import type { JsonValue } from "../core/data/json.ts";
import type { ToolCall } from "../core/prompt/message.ts";
import type { LanguageModel } from "./language-model.ts";

/** One answer to one example, to be scored. */
export interface Judgement {
  readonly example: Example;
  readonly output: string;
  readonly toolCalls: readonly ToolCall[];
  readonly trace?: JsonValue;
  readonly signal?: AbortSignal;
  /**
   * The judge model, for scorers that call one. The caller charges and journals its calls; a scorer never
   * creates a model.
   */
  readonly judge?: LanguageModel;
}

/**
 * Scores one answer. Rejects with ScorerError if no score is possible; a wrong answer is a score of 0, never a
 * rejection.
 *
 *     await scorer.score({ example, output: "positive", toolCalls: [] })  // { value: 1 }
 */
export interface Scorer {
  score(judgement: Judgement): Promise<Score>;
  /** Judge calls per score: usual, and at most (with retries). `{0, 0}` for deterministic scorers. */
  readonly judgeCalls: { readonly usual: number; readonly most: number };
  /** Upper bound of the tokens of one judge call, without the texts of the example and the output. */
  readonly judgeOverheadTokens?: number;
}

/** A scorer chosen by a config; plain JSON, part of a plan. */
export interface ScorerSpec {
  /** Name of a shipped scorer, or the absolute path of a module. */
  readonly use: string;
  readonly options: { readonly [key: string]: JsonValue };
  readonly weight: number;
  /** URI of the registered version whose text the options hold as `template`. */
  readonly prompt?: string;
}

/** The quality of an answer: 0 … 1, higher is better, never NaN. */
export interface Score {
  readonly value: number;
  /** What was wrong and what was expected: the text for a reflection. */
  readonly feedback?: string;
  /** Named parts of the score, each 0 … 1. */
  readonly parts?: Readonly<Record<string, number>>;
}

/** A scorer of a config with its judge, for answers outside of a run. */
export interface ConfigScorer {
  /** Of an optimization `config/…`, of a shipped judge `judge/equivalence/…`. */
  readonly name: string;
  /** `optimize_answer: correctness, judge large` */
  readonly summary: string;
  /** Usual calls of a judge for one answer; 0 for rules. */
  readonly judgeCalls: number;
  /**
   * Rejects like a scorer, and if it cannot be opened. `usd` is what the judge cost; null if its price is unknown.
   */
  score(judgement: Omit<Judgement, "judge">): Promise<{ readonly score: Score; readonly usd: number | null }>;
}
