import type { CandidateId, PromptTexts } from "../core/prompt/candidate.ts";
import type { ModelParameters, Template } from "../core/prompt/prompt.ts";
import type { Price, Spend } from "../core/usage.ts";
import type { JudgeStanding } from "./judge-check.ts";
import type { ParetoTable } from "./pareto-table.ts";
import type { RowLimits, RowResult } from "./row-result.ts";
import type { EstimateCheck, OptimizationPlan } from "./run-plan.ts";

/** The verdict on an optimization. */
export type OptimizationStatus = "improved" | "no_proven_improvement" | "regressed" | "failed" | "skipped";

/** Why a search ended. */
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

/** Missing answers over all models of an optimization; each request counts once. */
export interface AnswerCounts {
  readonly empty: number;
  readonly refusal: number;
  readonly cutOff: number;
  readonly filtered: number;
  /** No answer after all attempts. */
  readonly failed: number;
}

/** Rows without an answer on each side, for any cause. */
export interface FailedRows {
  readonly base: number;
  readonly optimized: number;
}

/** A model as a run used it, without its secrets. */
export interface ModelRecord {
  /** Key in the config. */
  readonly key: string;
  /** Model id sent to the endpoint. */
  readonly name: string;
  readonly provider: string;
  readonly parameters: ModelParameters;
  /** Absent if the price is unknown. */
  readonly price?: Price;
}

/** Calls charged to the budget of an optimization until the end of each phase. */
export interface PhaseCalls {
  readonly base: number;
  readonly search: number;
  /** With the held-out rows of the gate, and of the source model. */
  readonly total: number;
}

/** Reflections of a search: how many were requested, and their results. */
export interface ReflectionCounts {
  readonly asked: number;
  /** Replies with a text, usable or not. */
  readonly answered: number;
  /** Reflections without a text, by cause: `refusal`, `content_filter`, `cut_off`, `timeout` … */
  readonly failed: Readonly<Record<string, number>>;
  /** Replies with an unusable text, by cause: `no_fence`, `contract`, `same_text` … */
  readonly refused: Readonly<Record<string, number>>;
  /** Replies used without a complete fence, because they clearly were the whole text. */
  readonly unfenced: number;
}

/** A recorded candidate, including rejected ones. */
export interface CandidateRecord {
  /** Absent if the text was rejected before it became a candidate. */
  readonly id: CandidateId | null;
  readonly parents: readonly CandidateId[];
  readonly texts: PromptTexts;
  readonly step: number;
  readonly by: string;
  readonly status: "seed" | "accepted" | "rejected" | "proposed";
  readonly reason: string | null;
  /** Mean over the scored validation rows, and their number. */
  readonly validation: number | null;
  readonly validationRows: number;
  /** Of `validation`, for candidates measured on every validation row. Absent in records before version 0.3.0. */
  readonly validationInterval?: readonly [number, number];
  readonly promptTokens: number | null;
  /** Calls of the search until its fate was first decided. Absent in records before version 0.3.0. */
  readonly calls?: number;
}

/** Scores on the test rows, which the search never saw. */
export interface TestScores {
  readonly base: number;
  readonly optimized: number;
  /** Over the rows answered on both sides, like `base` and `optimized`. */
  readonly difference: number;
  /** Bounded: missing answers count against the candidate at the lower end and for it at the upper end. */
  readonly interval: readonly [number, number];
  /** The difference if every missing answer counts against the candidate; absent if it is the same. */
  readonly leastDifference?: number;
  readonly confidence: number;
  readonly pValue: number;
  /** `mcnemar-newcombe` for binary scores, `signflip-bca` for graded ones. */
  readonly method: "mcnemar-newcombe" | "signflip-bca";
  /** Rows measured on both sides. */
  readonly rows: number;
  /** Rows without a score on one or both sides. */
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
  /** The registered version; null if none was registered. */
  readonly optimized: {
    readonly version: number;
    readonly uri: string;
    /** In MLflow, with the number it has there; absent if it was not pushed. */
    readonly mlflowUri?: string;
    readonly template: Template;
  } | null;
  /** The winner's template (the base's if nothing better was found). */
  readonly best: {
    readonly template: Template;
    /** The winner's estimate, as in `scores.validation.optimized`. */
    readonly validation: number | null;
  };
}

/** What a run found for one optimization. */
export interface OptimizationRecord {
  readonly name: string;
  readonly plan: OptimizationPlan;
  readonly status: OptimizationStatus;
  /** The reason for the verdict, in one sentence, and the next step. */
  readonly reason: string | null;
  readonly advice: readonly string[];
  readonly prompts: readonly PromptResult[];
  readonly scores: {
    readonly validation?: {
      /** The base's measured mean, or its estimate if the base won. */
      readonly base: number;
      /** The winner's estimate: its mean without the luck of being the best of many. */
      readonly optimized: number;
      /** The winner's measured mean. */
      readonly measured?: number;
      readonly rows: number;
      readonly failed?: FailedRows;
    };
    readonly test?: TestScores;
    readonly source?: {
      readonly score: number;
      readonly parity: number;
      readonly interval: readonly [number, number];
      /** Rows answered by both source and target. */
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
  /** True if the scores were measured on rows that the optimizer used. */
  readonly isUnsplit: boolean;
  /** True if a model of this optimization is the simulated offline one. */
  readonly isOffline: boolean;
  readonly usage: {
    readonly target: Spend;
    readonly reflection: Spend;
    readonly judge: Spend;
    readonly source: Spend;
    readonly total: Spend;
  };
  readonly answers: AnswerCounts;
  /** The plan's estimate next to the actual cost; absent if there was no estimate. */
  readonly estimate?: EstimateCheck;
  readonly stopped: StopReason | null;
  readonly steps: number;
  readonly candidates: readonly CandidateRecord[];
  readonly reflectionFailures: number;
  /** Why rows failed in any measurement, most frequent first. Absent if none failed. */
  readonly failures?: readonly FailureCount[];
  /** Absent in records of version 0.1.0. */
  readonly reflections?: ReflectionCounts;
  /** Judges that scored the answers; absent without judges, and in older records. */
  readonly judges?: readonly JudgeStanding[];
  /** Remarks on the answers, one per line: how many were missing, and the likely cause. */
  readonly notes?: readonly string[];
  /** Absent if not even the base was measured on all validation rows. */
  readonly pareto?: ParetoTable;
  readonly rows: readonly RowResult[];
  /** Absent if all rows are there with their whole texts. */
  readonly rowLimits?: RowLimits;
  /** By role: target, reflection, judge, source. Absent in records before version 0.3.0. */
  readonly models?: Readonly<Record<string, ModelRecord>>;
  /** Absent if the base was not measured, and in records before version 0.3.0. */
  readonly phaseCalls?: PhaseCalls;
  readonly seconds: number;
  readonly deployedTo: string | null;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string | null } | null;
}

/** How a run ended. */
export type RunStatus = "completed" | "budget" | "interrupted" | "failed";

/** Everything known about a run; sufficient to render its report later. */
export interface RunRecord {
  readonly format: 1;
  readonly run: string;
  readonly config: string;
  /** Digest of the config file, `--set` and `--seed`; absent in records before version 0.3.0. */
  readonly configDigest?: string;
  readonly planDigest: string;
  readonly status: RunStatus;
  readonly exitCode: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly tool: { readonly name: "dao-opt"; readonly version: string };
  readonly optimizations: readonly OptimizationRecord[];
  /** The runs that `runs merge` joined; absent for a run of its own. */
  readonly mergedFrom?: readonly string[];
}

/** Why rows failed: the count, with code, message and hint of the error. */
export interface FailureCount {
  readonly code: string;
  /** The message of the first one. */
  readonly message: string;
  readonly hint: string | null;
  /** Measured rows; each counts once per candidate that failed on it. */
  readonly count: number;
}
