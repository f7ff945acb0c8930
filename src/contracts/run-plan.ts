import type { JsonObject } from "../core/data/json.ts";
import type { Prompt } from "../core/prompt/prompt.ts";
import type { AgentRunSpec } from "./agent.ts";
import type { ModelSpec } from "./model-spec.ts";
import type { ScorerSpec } from "./scorer.ts";

/** How rows are split into train, validation and test. */
export interface SplitSpec {
  /** Shares that add up to at most 1. Absent: 40/30/30, or 30/20/50 under 100 rows. */
  readonly shares?: { readonly train: number; readonly validation: number; readonly test: number };
  readonly seed: number;
  /** Whether parts are given as files. Rows then keep their part. */
  readonly isGiven: boolean;
}

/** A prompt, pinned when the plan is made. */
export interface PlannedPrompt extends Prompt {
  /** Name of the prompt in the candidate's texts: its key in the config. */
  readonly key: string;
  /** Registry version of the base; null if the base is the config's template. */
  readonly baseVersion: number | null;
}

/** Caps on one optimization; absent: not capped. */
export interface BudgetSpec {
  readonly calls?: number;
  readonly usd?: number;
  readonly tokens?: number;
  readonly minutes?: number;
}

/** The settings of the final test. */
export interface GateSpec {
  readonly mode: "better" | "non_inferior";
  readonly minGain: number;
  readonly margin: number;
  readonly confidence: number;
}

/** What a run does for one optimization. */
export interface OptimizationPlan {
  readonly name: string;
  readonly prompts: readonly PlannedPrompt[];
  /**
   * The prompts that the source model runs, by key: the version that traces or `source_prompt` name, else the
   * config's template. Set if there is a source model; absent in plans of version 0.1.0, which gave it the
   * base.
   */
  readonly sourcePrompts?: readonly PlannedPrompt[];
  readonly agent: {
    readonly key: string;
    readonly run?: AgentRunSpec;
    readonly tools: readonly JsonObject[];
  };
  /** Keys into `RunPlan.models`. */
  readonly models: {
    readonly target: string;
    readonly reflection: string;
    readonly judge: string;
    readonly source?: string;
  };
  readonly reflectionTemperature: number;
  /**
   * The user did not set it: known reasoning models do not receive it, and further samples of one request vary.
   */
  readonly isReflectionTemperatureDefault?: true;
  readonly optimizer: {
    readonly use: string;
    readonly options: JsonObject;
    /** Revision of the engine and of those it opens; absent: 1. */
    readonly revision?: number;
    readonly candidatesPerStep: number;
    /** null: the search runs until the budget is spent. */
    readonly maxSteps: number | null;
    readonly patience: number;
  };
  readonly scorers: readonly ScorerSpec[];
  /** True if the tool chose the scorer from the expected answers. */
  readonly isDefaultScorer: boolean;
  readonly data: {
    readonly name: string;
    readonly digest: string;
    readonly rows: number;
    readonly split: SplitSpec;
    readonly parts: { readonly train: number; readonly validation: number; readonly test: number };
  };
  readonly budget: BudgetSpec;
  readonly gate: GateSpec;
  readonly objectives: { readonly quality: number; readonly promptTokens: number };
  readonly select: { readonly kind: "best" } | { readonly kind: "cheapest_within"; readonly margin: number };
  readonly maxErrorRate: number;
  readonly deployTo?: string;
  readonly seed: number;
}

/** Low, likely and high; null if a price is unknown. */
export interface Estimate {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

/** Expected calls, cost and time of one optimization. */
export interface PlanEstimate {
  readonly optimization: string;
  readonly calls: {
    readonly target: Estimate;
    readonly reflection: Estimate;
    readonly judge: Estimate;
    readonly source: Estimate;
    readonly total: Estimate;
  };
  readonly tokens: Estimate;
  readonly usd: Estimate | null;
  /** null if a model was never timed. */
  readonly seconds: Estimate | null;
  /** Keys of the models that were never timed. */
  readonly unmeasured: readonly string[];
}

/** What a run will do, decided before the first call. Survives a JSON round trip. */
export interface RunPlan {
  readonly format: 1;
  /** Version of the rules for reading, judging and charging answers; 1 for plans of 0.1.0, which name none. */
  readonly rules: number;
  /** SHA-256 of everything that determines the outcome, without concurrency and output flags. */
  readonly digest: string;
  /** The config's file name as given. */
  readonly config: string;
  readonly models: Readonly<Record<string, ModelSpec>>;
  /**
   * Only in plans of version 0.1.0: keys of models whose `maxTokens` was set by the plan. Newer plans set
   * `outputLimit` of the model instead.
   */
  readonly cappedModels?: readonly string[];
  readonly optimizations: readonly OptimizationPlan[];
  /** Digests of the user's own modules, by path; absent if there are none. */
  readonly modules?: Readonly<Record<string, string>>;
}

/**
 * The plan's likely figures next to the actual ones. Tokens and dollars cover every answer as first measured,
 * whichever run paid for it.
 */
export interface EstimateCheck {
  readonly calls: LikelyAndActual;
  readonly tokens: LikelyAndActual;
  /** null if a price is unknown. */
  readonly usd: LikelyAndActual | null;
  /** null if the time could not be estimated. */
  readonly seconds: LikelyAndActual | null;
}

interface LikelyAndActual {
  readonly likely: number;
  readonly actual: number;
}
