import type { z } from "zod";
import type { JsonObject } from "../core/data/json.ts";
import type { AdaptationLog, LanguageModel } from "./language-model.ts";
import type { ModelSecrets, ModelSpec } from "./model-spec.ts";
import type { Optimizer } from "./optimizer.ts";
import type { Estimate } from "./run-plan.ts";
import type { Scorer } from "./scorer.ts";

/** What every plugin says of itself. `options` checks and completes what the user wrote. */
interface Plugin<Kind extends string, Made, Services> {
  readonly kind: Kind;
  readonly name: string;
  /** One line for lists and help. */
  readonly summary: string;
  readonly options: z.ZodType;
  /** Checked options in, a live thing out. */
  create(options: never, services: Services): Made;
}

/** Nothing but options: a scorer gets its judge with each judgement. */
export interface ScorerServices {
  /** Folder of the config: relative paths in options are resolved against it. */
  readonly directory: string;
}

/** An engine that the options of another one name. */
export interface EngineReference {
  /** Where in the options it is named, for example `["engines", 0]`. */
  readonly path: readonly (string | number)[];
  readonly use: string;
  readonly options: JsonObject;
}

export interface OptimizerServices {
  /**
   * Another engine, by name or path as a config gives it, with its options checked and completed. Rejects
   * with NotFoundError, PluginError, or OptimizationError for an engine that opens others itself.
   */
  openEngine(use: string, options: JsonObject): Promise<Optimizer>;
}

export interface ModelServices {
  readonly spec: ModelSpec;
  readonly secrets: ModelSecrets;
  /** What has been learned about the requests that models accept; absent: nothing is, and nothing is kept. */
  readonly adaptations?: AdaptationLog;
  /** Shows the user one sentence. */
  readonly warn?: (message: string) => void;
}

/** What is known of a search before it begins. */
export interface SearchSize {
  /** Texts of the prompt, or of all prompts of the agent. */
  readonly texts: number;
  readonly candidatesPerStep: number;
  /** Infinity when the budget alone bounds the search. */
  readonly maxSteps: number;
  readonly patience: number;
  /** Train rows that are not validation rows as well. */
  readonly trainRows: number;
  readonly validationRows: number;
  /** Rollouts that the budget's calls pay for if nothing else is asked; Infinity without such a budget. */
  readonly rollouts: number;
}

/**
 * What a search asks for, the prompt's own validation apart, when the budget pays for it and the prompt can be
 * improved: low where the search ends early, high where everything is tried.
 */
export interface SearchCost {
  readonly rollouts: Estimate;
  readonly reflections: Estimate;
  /** Rows shown as worked examples in a prompt it tries; absent: none. */
  readonly shownRows?: Estimate;
}

export type EstimateSearch = (size: SearchSize) => SearchCost;

export interface OptimizerPlugin extends Plugin<"optimizer", Optimizer, OptimizerServices> {
  /**
   * The engines it opens under these checked options: they are checked with it when a config is resolved.
   * An engine that has this is not opened by another one.
   */
  opens?(options: never): readonly EngineReference[];
  /**
   * What a search costs under these checked options, for `--dry-run`. Pure. `opened` are the estimates of the
   * engines it opens, in their order. Absent: nothing is known, and a plan says so.
   */
  estimate?(options: never, size: SearchSize, opened: readonly EstimateSearch[]): SearchCost;
}
export type ScorerPlugin = Plugin<"scorer", Scorer, ScorerServices>;
/** Options of a model plugin are the model's `providerOptions`. */
export type ModelPlugin = Plugin<"model", LanguageModel, ModelServices>;

export interface PluginKinds {
  readonly optimizer: OptimizerPlugin;
  readonly scorer: ScorerPlugin;
  readonly model: ModelPlugin;
}

export type PluginKind = keyof PluginKinds;
