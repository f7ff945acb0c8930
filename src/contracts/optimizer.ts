import type { AnswerKind } from "../core/answer/answer.ts";
import type { Example } from "../core/data/example.ts";
import type { JsonValue } from "../core/data/json.ts";
import type { Candidate, CandidateId, PromptTexts } from "../core/prompt/candidate.ts";
import type { ChatMessage, ToolCall } from "../core/prompt/message.ts";
import type { Random } from "../core/random.ts";
import type { EngineEvent } from "./events.ts";
import type { Score } from "./scorer.ts";

/** The task of an engine. It does not include the test rows. */
export interface OptimizationTask {
  /** The purpose of the prompt, worded for the reflection model. */
  readonly objective: string;
  /** The current prompt, which keeps the contract. */
  readonly seed: Candidate;
  readonly train: readonly Example[];
  /** The same rows as `train` if there are too few rows to split. */
  readonly validation: readonly Example[];
  readonly limits: {
    /** Number of rewrites proposed per step. */
    readonly candidatesPerStep: number;
    /** Infinity if only the budget limits the search. */
    readonly maxSteps: number;
    /** Steps without progress before the search stops. */
    readonly patience: number;
  };
  /** What every candidate must keep, worded for the reflection model. */
  readonly contract: PromptContractText;
  /** How the runner will choose the winner. Absent: by quality alone. */
  readonly objectives?: SearchObjectives;
}

/**
 * Weighs quality against length: `quality` × mean score − `promptTokens` × tokens of the prompt ÷ 1000. An
 * engine may skip work that this choice rules out.
 */
export interface SearchObjectives {
  readonly quality: number;
  /** Quality traded for a prompt shorter by a thousand tokens; 0: length does not matter. */
  readonly promptTokens: number;
  readonly select:
    | { readonly kind: "best" }
    /** The cheapest candidate whose estimate is at most `margin` below the best. */
    | { readonly kind: "cheapest_within"; readonly margin: number };
}

/** What every candidate must keep. */
export interface PromptContractText {
  /** Variables per text name, for example `{ sentiment_classifier: ["text"] }`. */
  readonly variables: Readonly<Record<string, readonly string[]>>;
  readonly locked: readonly string[];
  readonly maxPromptTokens?: number;
}

/**
 * The result of one candidate on one example, with exactly one of `score` and `error`. An answer missing by its
 * content (cut off, filtered, empty, an agent's error) scores 0. An answer missing by infrastructure (network,
 * rate limit, a judge without a verdict) is an `error` and excluded from comparisons.
 */
export interface Outcome {
  readonly example: Example;
  readonly score?: Score;
  /** The kind of the answer. Absent if there is none, and for answers of agents. */
  readonly answer?: AnswerKind;
  /** Why the answer is missing by its content, which scores 0. */
  readonly missing?: MissingContent;
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
  /** Absent if the model or agent returned no answer. */
  readonly output?: string;
  readonly toolCalls?: readonly ToolCall[];
  readonly trace?: JsonValue;
}

/** How an answer is missing by its content. */
export type MissingContent = "cut_off" | "filtered" | "empty" | "agent_error";

/** Outcomes in the order of the requested examples. */
export interface Evaluation {
  readonly candidate: CandidateId;
  readonly outcomes: readonly Outcome[];
  /** Mean of all scored outcomes; 0 if there are none. */
  readonly mean: number;
}

/** A request for a rewrite. */
export interface ReflectionRequest {
  readonly messages: readonly ChatMessage[];
  /** The purpose of the call, shown in events: `propose`, `merge`, `rewrite` … */
  readonly purpose: string;
}

/** The reply to a reflection request. */
export interface Reflection {
  readonly text: string;
  /** True if the reply was cut off by the length limit. */
  readonly isCutOff: boolean;
}

/** A draft that breaks the contract is rejected and costs nothing. */
export type Draft =
  | { readonly accepted: true; readonly candidate: Candidate; readonly isNew: boolean }
  | { readonly accepted: false; readonly problems: readonly string[] };

/** The remaining budget at this point of the search; the same at any concurrency. */
export interface BudgetView {
  /** Calls left for the search after all requested so far; Infinity if calls are not capped. */
  readonly callsLeft: number;
  /** Spent share of the tightest cap, 0 … 1; 0 without a budget. */
  readonly spentShare: number;
}

/**
 * The interface for engines. The order of the lab's answers depends only on what was asked, not on which answer
 * arrived first. An engine written with plain promises (`Promise.all`, several lanes at once) therefore makes
 * the same decisions at any concurrency, if it waits only for the lab.
 *
 * `evaluate` and `reflect` reject with BudgetError when the budget is spent, and with another DaoOptError when
 * the run must end. An engine must rethrow both.
 */
export interface Lab {
  /** Scores a candidate on examples. Pairs that were scored before are free. */
  evaluate(
    candidate: Candidate,
    examples: readonly Example[],
    options?: {
      /** The sample of the pair: 0 (default) is the recorded one; 1, 2 … are new rollouts. */
      readonly repeat?: number;
    },
  ): Promise<Evaluation>;
  /**
   * Calls the reflection model. Rejects with ModelError if there is no answer after all retries; the engine
   * counts such failures and decides whether to continue.
   */
  reflect(request: ReflectionRequest): Promise<Reflection>;
  /** Checks texts against the prompt's contract. Equal texts are the same candidate (`isNew: false`). */
  draft(texts: PromptTexts, parents: readonly CandidateId[]): Draft;
  emit(event: EngineEvent): void;
  readonly random: Random;
  readonly budget: BudgetView;
  readonly signal: AbortSignal;
}

/** Why an engine stopped by itself. */
export type EngineStop = "max_steps" | "perfect" | "no_progress";

/** How a search ended. The runner, not the engine, chooses the winner. */
export interface SearchEnd {
  readonly stopped: EngineStop;
  readonly steps: number;
}

/**
 * A search strategy. It must be deterministic: the same task, answers and random stream lead to the same
 * decisions. It keeps no checkpoint: a resumed run replays its journal.
 */
export interface Optimizer {
  optimize(task: OptimizationTask, lab: Lab): Promise<SearchEnd>;
}
