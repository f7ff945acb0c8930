import type { z } from "zod";
import type { JsonObject } from "../core/data/json.ts";
import type { AdaptationLog, LanguageModel } from "./language-model.ts";
import type { ModelSecrets, ModelSpec } from "./model-spec.ts";
import type { Optimizer } from "./optimizer.ts";
import type { Estimate } from "./run-plan.ts";
import type { Scorer } from "./scorer.ts";

/** Common fields of plugins. `options` validates and completes the user's options. */
interface Plugin<Kind extends string, Made, Services> {
  readonly kind: Kind;
  readonly name: string;
  /** One line for lists and help. */
  readonly summary: string;
  readonly options: z.ZodType;
  /** Creates the plugin's object from validated options. */
  create(options: never, services: Services): Made;
}

/** Scorers get only the folder; the judge comes with each judgement. */
export interface ScorerServices {
  /** Folder of the config, the base of relative paths in options. */
  readonly directory: string;
}

/** An engine that another engine's options name. */
export interface EngineReference {
  /** Its place in the options, for example `["engines", 0]`. */
  readonly path: readonly (string | number)[];
  readonly use: string;
  readonly options: JsonObject;
}

/** What an engine is created with. */
export interface OptimizerServices {
  /**
   * Opens another engine, by name or path as in a config, with its options validated and completed. Rejects
   * with NotFoundError, PluginError, or OptimizationError if that engine itself opens others.
   */
  openEngine(use: string, options: JsonObject): Promise<Optimizer>;
}

/** What a model is created with. */
export interface ModelServices {
  readonly spec: ModelSpec;
  readonly secrets: ModelSecrets;
  /** The known request changes of models; absent: none are known, and none are kept. */
  readonly adaptations?: AdaptationLog;
  /** Shows one sentence to the user. */
  readonly warn?: (message: string) => void;
}

/** Facts about a search before it begins. */
export interface SearchSize {
  /** Texts of the prompt, or of all prompts of the agent. */
  readonly texts: number;
  readonly candidatesPerStep: number;
  /** Infinity if only the budget limits the search. */
  readonly maxSteps: number;
  readonly patience: number;
  /** Train rows that are not validation rows. */
  readonly trainRows: number;
  readonly validationRows: number;
  /** Rollouts that the budget's calls pay for if nothing else is called; Infinity without such a budget. */
  readonly rollouts: number;
}

/**
 * Cost of a search without the base's own validation, if the budget suffices and the prompt can be improved.
 * Low: the search ends early. High: the search tries everything.
 */
export interface SearchCost {
  readonly rollouts: Estimate;
  readonly reflections: Estimate;
  /** Rows shown as worked examples in a candidate prompt; absent: none. */
  readonly shownRows?: Estimate;
}

/** Estimates the cost of a search. */
export type EstimateSearch = (size: SearchSize) => SearchCost;

/** An engine, as defined with `defineOptimizer`. */
export interface OptimizerPlugin extends Plugin<"optimizer", Optimizer, OptimizerServices> {
  /**
   * Raised when the engine asks or decides differently on the same task and answers. Plans record it, so that a run
   * of an earlier revision is refused instead of continued by other decisions. Absent: 1.
   */
  readonly revision?: number;
  /**
   * The engines that these validated options open. They are checked when the config is resolved. An engine with
   * this method cannot be opened by another one.
   */
  opens?(options: never): readonly EngineReference[];
  /**
   * Cost of a search with these validated options, for `--dry-run`. Pure. `opened` holds the estimates of the
   * opened engines, in order. Absent: the plan reports an unknown cost.
   */
  estimate?(options: never, size: SearchSize, opened: readonly EstimateSearch[]): SearchCost;
}
/** A scorer, as defined with `defineScorer`. */
export type ScorerPlugin = Plugin<"scorer", Scorer, ScorerServices>;
/** Options of a model plugin are the model's `providerOptions`. */
export type ModelPlugin = Plugin<"model", LanguageModel, ModelServices>;

/** The plug-in type of each kind. */
export interface PluginKinds {
  readonly optimizer: OptimizerPlugin;
  readonly scorer: ScorerPlugin;
  readonly model: ModelPlugin;
}

export type PluginKind = keyof PluginKinds;
