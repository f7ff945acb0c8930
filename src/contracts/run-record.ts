import type { JsonObject } from "../core/data/json.ts";
import type { CandidateId, PromptTexts } from "../core/prompt/candidate.ts";
import type { Template } from "../core/prompt/prompt.ts";
import type { Spend } from "../core/usage.ts";
import type { MissingContent } from "./optimizer.ts";
import type { EstimateCheck, OptimizationPlan } from "./run-plan.ts";

export type OptimizationStatus = "improved" | "no_proven_improvement" | "regressed" | "failed" | "skipped";

export type StopReason =
  | "max_steps"
  | "budget_calls"
  | "budget_usd"
  | "budget_tokens"
  | "budget_minutes"
  | "perfect"
  | "no_progress"
  | "rate_limit"
  | "quota"
  | "reflections_failed"
  | "interrupted";

/** Answers that were no answers, over all models of an optimization, each request once. */
export interface AnswerCounts {
  readonly empty: number;
  readonly refusal: number;
  readonly cutOff: number;
  readonly filtered: number;
  /** No answer came after all attempts. */
  readonly failed: number;
}

/** Rows of each side without an answer, by content and by infrastructure together. */
export interface FailedRows {
  readonly base: number;
  readonly optimized: number;
}

/** Base and winner on one test row. Values are null where no score could be given. */
export interface RowResult {
  readonly example: string;
  readonly inputs: JsonObject;
  readonly expected: string | null;
  readonly base: RowAnswer;
  readonly optimized: RowAnswer;
  readonly source?: RowAnswer;
}

export interface RowAnswer {
  readonly output: string | null;
  readonly score: number | null;
  readonly feedback: string | null;
  readonly error: string | null;
  /** How the answer is missing by its content; its score is 0 then. */
  readonly missing?: MissingContent;
}

/** What came of the reflections of a search: how many were asked, and what they brought. */
export interface ReflectionCounts {
  readonly asked: number;
  /** Replies that brought a text, usable or not. */
  readonly answered: number;
  /** Reflections without a text, by cause: `refusal`, `content_filter`, `cut_off`, `timeout` … */
  readonly failed: Readonly<Record<string, number>>;
  /** Replies whose text could not be used, by cause: `no_fence`, `contract`, `same_text` … */
  readonly refused: Readonly<Record<string, number>>;
  /** Replies that were used although they had no complete fence: they plainly were the whole text. */
  readonly unfenced: number;
}

/** A candidate of the ledger, rejected ones too. */
export interface CandidateRecord {
  /** Absent when the text was refused before it became a candidate. */
  readonly id: CandidateId | null;
  readonly parents: readonly CandidateId[];
  readonly texts: PromptTexts;
  readonly step: number;
  readonly by: string;
  readonly status: "seed" | "accepted" | "rejected" | "proposed";
  readonly reason: string | null;
  /** Mean over the validation rows scored, and how many those are. */
  readonly validation: number | null;
  readonly validationRows: number;
  readonly promptTokens: number | null;
}

/** A candidate in the table of quality against price. */
export interface ParetoEntry {
  readonly candidate: CandidateId;
  readonly isBase: boolean;
  readonly isChosen: boolean;
  /** Estimated and measured mean over all validation rows. */
  readonly validation: number;
  readonly measured: number;
  /** Estimated tokens of the prompt's texts. */
  readonly promptTokens: number;
  /** Mean per call, as measured; null when the answers did not tell. */
  readonly outputTokens: number | null;
  /** As measured on the validation rows; null, never a guess, when a price is unknown. */
  readonly usdPerThousandCalls: number | null;
}

/** The candidates that no other one beats in quality and price at once, the best first. */
export interface ParetoTable {
  /** What counted as the price of a call. */
  readonly price: "usd" | "prompt_tokens";
  readonly entries: readonly ParetoEntry[];
  /** Why the chosen one was chosen. */
  readonly reason: string;
}

export interface TestScores {
  readonly base: number;
  readonly optimized: number;
  /** Over the rows answered on both sides, as `base` and `optimized`. */
  readonly difference: number;
  /** Bounded: missing answers count against the candidate at the lower end, and for it at the upper. */
  readonly interval: readonly [number, number];
  /** The difference with every missing answer counted against the candidate; absent when it is the same. */
  readonly leastDifference?: number;
  readonly confidence: number;
  readonly pValue: number;
  /** `mcnemar-newcombe` for binary scores, `signflip-bca` for graded ones. */
  readonly method: "mcnemar-newcombe" | "signflip-bca";
  /** Rows put to both sides. */
  readonly rows: number;
  /** Those of them without a score on one side or both. */
  readonly rowsFailed: number;
  /** Absent in records of version 0.1.0. */
  readonly failed?: FailedRows;
}

/** Result for one prompt of an optimization. */
export interface PromptResult {
  readonly key: string;
  readonly path: string;
  readonly base: {
    readonly version: number | null;
    readonly uri: string | null;
    readonly template: Template;
  };
  /** The version registered; null when nothing was. */
  readonly optimized: { readonly version: number; readonly uri: string; readonly template: Template } | null;
  /** The winner's template (the base's when nothing better was found). */
  readonly best: {
    readonly template: Template;
    /** The winner's estimate, as in `scores.validation.optimized`. */
    readonly validation: number | null;
  };
}

export interface OptimizationRecord {
  readonly name: string;
  readonly plan: OptimizationPlan;
  readonly status: OptimizationStatus;
  /** Why the verdict is what it is, in a sentence; and what to do next. */
  readonly reason: string | null;
  readonly advice: readonly string[];
  readonly prompts: readonly PromptResult[];
  readonly scores: {
    readonly validation?: {
      /** What the base measured; the estimate of a base that won. */
      readonly base: number;
      /** The winner's estimate: its mean without the luck of having been picked among many. */
      readonly optimized: number;
      /** The winner's mean as measured. */
      readonly measured?: number;
      readonly rows: number;
      readonly failed?: FailedRows;
    };
    readonly test?: TestScores;
    readonly source?: {
      readonly score: number;
      readonly parity: number;
      readonly interval: readonly [number, number];
      /** Rows answered by source and target. */
      readonly rows: number;
      /** Rows without an answer of the source model. */
      readonly failed?: number;
      /** Version of the prompt that the source model ran; null for a template of the config. */
      readonly promptVersion?: number | null;
      readonly usd: number | null;
      readonly targetUsd: number | null;
      readonly latencyMs: number;
      readonly targetLatencyMs: number;
    };
  };
  /** True when the scores were measured on rows the optimizer saw. */
  readonly isUnsplit: boolean;
  /** True when a model of this optimization is a rule-made offline one. */
  readonly isOffline: boolean;
  readonly usage: {
    readonly target: Spend;
    readonly reflection: Spend;
    readonly judge: Spend;
    readonly source: Spend;
    readonly total: Spend;
  };
  readonly answers: AnswerCounts;
  /** What the plan took it to cost, beside what it came to; absent where it was not estimated. */
  readonly estimate?: EstimateCheck;
  readonly stopped: StopReason | null;
  readonly steps: number;
  readonly candidates: readonly CandidateRecord[];
  readonly reflectionFailures: number;
  /** Why rows failed, on whatever they were measured; the most frequent first. Absent when none did. */
  readonly failures?: readonly FailureCount[];
  /** Absent in records of version 0.1.0. */
  readonly reflections?: ReflectionCounts;
  /** What is to be known of the answers, a line each: how many were missing, and the likely cause. */
  readonly notes?: readonly string[];
  /** Absent when not even the base was measured on all validation rows. */
  readonly pareto?: ParetoTable;
  readonly rows: readonly RowResult[];
  readonly seconds: number;
  readonly deployedTo: string | null;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string | null } | null;
}

export type RunStatus = "completed" | "budget" | "interrupted" | "failed";

/** All that is known of a run; complete enough to draw its report a year later. */
export interface RunRecord {
  readonly format: 1;
  readonly run: string;
  readonly config: string;
  readonly planDigest: string;
  readonly status: RunStatus;
  readonly exitCode: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly tool: { readonly name: "dao-opt"; readonly version: string };
  readonly optimizations: readonly OptimizationRecord[];
}

/** Why rows failed: how often, with the code and cure of the error. */
export interface FailureCount {
  readonly code: string;
  /** Of the first of them. */
  readonly message: string;
  readonly hint: string | null;
  /** Rows measured; one counts for every candidate that failed on it. */
  readonly count: number;
}
