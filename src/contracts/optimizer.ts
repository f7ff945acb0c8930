import type { AnswerKind } from "../core/answer/answer.ts";
import type { Example } from "../core/data/example.ts";
import type { JsonValue } from "../core/data/json.ts";
import type { Candidate, CandidateId, PromptTexts } from "../core/prompt/candidate.ts";
import type { ChatMessage, ToolCall } from "../core/prompt/message.ts";
import type { Random } from "../core/random.ts";
import type { EngineEvent } from "./events.ts";
import type { Score } from "./scorer.ts";

/** What an engine is asked to do. The test rows are not in it. */
export interface OptimizationTask {
  /** What the prompt is for, in words for the reflection model. */
  readonly objective: string;
  /** The prompt as it is now; already allowed by the contract. */
  readonly seed: Candidate;
  readonly train: readonly Example[];
  /** The same rows as `train` when the data is too small to be split. */
  readonly validation: readonly Example[];
  readonly limits: {
    /** Rewrites proposed at once per step. */
    readonly candidatesPerStep: number;
    /** Infinity when the budget alone bounds the search. */
    readonly maxSteps: number;
    /** Steps without progress before stopping. */
    readonly patience: number;
  };
  /** What every candidate must keep, in words for the reflection model. */
  readonly contract: PromptContractText;
  /** What the runner will choose the winner by. Absent: by quality alone. */
  readonly objectives?: SearchObjectives;
}

/**
 * How quality is weighed against length: `quality` × mean score − `promptTokens` × tokens of the prompt ÷ 1000.
 * An engine may spare itself what such a choice would not take; it need not.
 */
export interface SearchObjectives {
  readonly quality: number;
  /** Quality given up for a prompt shorter by a thousand tokens; 0: length does not matter. */
  readonly promptTokens: number;
  readonly select:
    | { readonly kind: "best" }
    /** The cheapest of those whose estimate is at most `margin` below the best. */
    | { readonly kind: "cheapest_within"; readonly margin: number };
}

export interface PromptContractText {
  /** Variables per text name, for example `{ sentiment_classifier: ["text"] }`. */
  readonly variables: Readonly<Record<string, readonly string[]>>;
  readonly locked: readonly string[];
  readonly maxPromptTokens?: number;
}

/**
 * What came of one candidate on one example. Exactly one of `score` and `error` is set. An answer that is missing
 * by its content (cut off, filtered, empty, an agent's error) scores 0; one that is missing by infrastructure
 * (network, rate limit, a judge without a verdict) is an `error` and takes part in no comparison.
 */
export interface Outcome {
  readonly example: Example;
  readonly score?: Score;
  /** What the answer was. Absent without one, and for the answers of agents. */
  readonly answer?: AnswerKind;
  /** Why the answer is missing although there is a score: by its content, and so the score is 0. */
  readonly missing?: MissingContent;
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
  /** Absent when the model or agent brought no answer. */
  readonly output?: string;
  readonly toolCalls?: readonly ToolCall[];
  readonly trace?: JsonValue;
}

/** How an answer is missing by its content. */
export type MissingContent = "cut_off" | "filtered" | "empty" | "agent_error";

/** Outcomes in the order of the examples asked for. */
export interface Evaluation {
  readonly candidate: CandidateId;
  readonly outcomes: readonly Outcome[];
  /** Mean value of the outcomes that have a score; 0 when none has. */
  readonly mean: number;
}

export interface ReflectionRequest {
  readonly messages: readonly ChatMessage[];
  /** What the call is for, shown in events: `propose`, `merge`, `rewrite` … */
  readonly purpose: string;
}

export interface Reflection {
  readonly text: string;
  /** True when the reply was cut off by length: its last words are missing. */
  readonly isCutOff: boolean;
}

/** A draft that breaks the contract is refused, and cost nothing. */
export type Draft =
  | { readonly accepted: true; readonly candidate: Candidate; readonly isNew: boolean }
  | { readonly accepted: false; readonly problems: readonly string[] };

/** What is left of the budget, as known at this point of the search; the same at any concurrency. */
export interface BudgetView {
  /** Calls left for the search after all asked for so far; Infinity without a cap on calls. */
  readonly callsLeft: number;
  /** Share of the tightest cap that is spent, 0 … 1; 0 without a budget. */
  readonly spentShare: number;
}

/**
 * Everything an engine may touch. The lab answers in an order of its own that depends on what was
 * asked alone, not on which answer arrived first: an engine written with plain promises (`Promise.all`,
 * several lanes at once) makes the same decisions at any concurrency, as long as it waits for
 * nothing but the lab.
 *
 * `evaluate` and `reflect` reject with BudgetError when the budget is spent, and with another
 * DaoOptError when the run must end; an engine lets both pass.
 */
export interface Lab {
  /** Scores a candidate on examples. A pair scored before is answered from the ledger, free of charge. */
  evaluate(
    candidate: Candidate,
    examples: readonly Example[],
    options?: {
      /** Which sample of the pair: 0 (default) is the one the ledger counts; 1, 2 … are fresh rollouts. */
      readonly repeat?: number;
    },
  ): Promise<Evaluation>;
  /**
   * Asks the reflection model. Rejects with ModelError when it brought no answer after all retries;
   * the engine counts such failures and decides whether to go on.
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

/** How a search ended. The runner, not the engine, chooses the winner from its own ledger. */
export interface SearchEnd {
  readonly stopped: EngineStop;
  readonly steps: number;
}

/**
 * A search strategy. It must be deterministic: same task, same answers, same random stream, same
 * decisions. It keeps no checkpoint: a resumed run replays its journal.
 */
export interface Optimizer {
  optimize(task: OptimizationTask, lab: Lab): Promise<SearchEnd>;
}
