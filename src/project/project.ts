import type { Config, OptimizationConfig } from "../config/config.ts";
import type { AgentRunSpec } from "../contracts/agent.ts";
import type { Dataset } from "../contracts/dataset-store.ts";
import type { ModelSecrets, ModelSpec } from "../contracts/model-spec.ts";
import type { EstimateSearch } from "../contracts/plugin.ts";
import type { PlannedPrompt, SplitSpec } from "../contracts/run-plan.ts";
import type { ScorerSpec } from "../contracts/scorer.ts";
import type { JsonObject } from "../core/data/json.ts";
import type { Split } from "../core/data/split.ts";
import type { ModuleDigests } from "./module-digests.ts";

/** An optimization with all names resolved. */
export interface ProjectOptimization {
  readonly config: OptimizationConfig;
  readonly prompts: readonly PlannedPrompt[];
  /** The prompts that the source model runs; empty without one. */
  readonly sourcePrompts: readonly PlannedPrompt[];
  readonly agent: {
    readonly key: string;
    readonly run?: AgentRunSpec;
    readonly tools: readonly JsonObject[];
  };
  readonly targetModel: string;
  readonly dataset: Dataset;
  readonly splitSpec: SplitSpec;
  readonly split: Split;
  readonly optimizer: { readonly use: string; readonly options: JsonObject; readonly revision?: number };
  /**
   * Estimates the cost of the engine's search; absent if the engine does not provide it. Pure, and not part
   * of a plan.
   */
  readonly estimateSearch?: EstimateSearch;
  readonly scorers: readonly ScorerSpec[];
  readonly isDefaultScorer: boolean;
  /** Judge calls per score, all scorers together. */
  readonly judgeCalls: { readonly usual: number; readonly most: number };
}

/** A config with its files read, without live models or engines. */
export interface Project {
  /** The config's file name as given. */
  readonly file: string;
  readonly directory: string;
  readonly models: Readonly<Record<string, ModelSpec>>;
  readonly secrets: Readonly<Record<string, ModelSecrets>>;
  readonly optimizations: readonly ProjectOptimization[];
  /** Digests of the user's own modules, keyed by their path in plans. */
  readonly modules: ModuleDigests;
  /** Warnings to show before the run: few rows, near-duplicates, the prompt's origin. */
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
  locate: Config["locate"];
}
