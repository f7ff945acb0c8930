import type { z } from "zod";
import type { LanguageModel } from "./language-model.ts";
import type { ModelSecrets, ModelSpec } from "./model-spec.ts";
import type { Optimizer } from "./optimizer.ts";
import type { Scorer } from "./scorer.ts";

/** What every plugin says of itself. `options` checks and completes what the user wrote. */
export interface Plugin<Kind extends string, Made, Services> {
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

export type OptimizerServices = Readonly<Record<string, never>>;

export interface ModelServices {
  readonly spec: ModelSpec;
  readonly secrets: ModelSecrets;
}

export type OptimizerPlugin = Plugin<"optimizer", Optimizer, OptimizerServices>;
export type ScorerPlugin = Plugin<"scorer", Scorer, ScorerServices>;
/** Options of a model plugin are the model's `providerOptions`. */
export type ModelPlugin = Plugin<"model", LanguageModel, ModelServices>;

export interface PluginKinds {
  readonly optimizer: OptimizerPlugin;
  readonly scorer: ScorerPlugin;
  readonly model: ModelPlugin;
}

export type PluginKind = keyof PluginKinds;
