import type { z } from "zod";
import type { LanguageModel } from "../contracts/language-model.ts";
import type { Optimizer } from "../contracts/optimizer.ts";
import type {
  EngineReference,
  EstimateSearch,
  ModelPlugin,
  ModelServices,
  OptimizerPlugin,
  OptimizerServices,
  ScorerPlugin,
  ScorerServices,
  SearchCost,
  SearchSize,
} from "../contracts/plugin.ts";
import type { Scorer } from "../contracts/scorer.ts";

interface Definition<Schema extends z.ZodType, Made, Services> {
  readonly name: string;
  readonly summary: string;
  readonly options: Schema;
  create(options: z.output<Schema>, services: Services): Made;
}

/**
 * A search strategy, shipped or your own.
 *
 *     export default defineOptimizer({
 *       name: "best-of-n", summary: "independent rewrites",
 *       options: z.strictObject({ attempts: z.int().positive().default(8) }),
 *       create: ({ attempts }) => ({ optimize: (task, lab) => … }),
 *     });
 */
export function defineOptimizer<Schema extends z.ZodType>(
  definition: Definition<Schema, Optimizer, OptimizerServices> & {
    /** Raise it when the engine decides differently: runs of an earlier revision cannot be resumed. Absent: 1. */
    readonly revision?: number;
    /** The engines that an engine opens under these options, if it runs others. */
    opens?(options: z.output<Schema>): readonly EngineReference[];
    /** The cost of a search under these options, for `--dry-run`; without it a plan shows wide ranges. */
    estimate?(options: z.output<Schema>, size: SearchSize, opened: readonly EstimateSearch[]): SearchCost;
  },
): OptimizerPlugin {
  return Object.freeze({ kind: "optimizer", ...definition });
}

/** A scorer, shipped or your own. */
export function defineScorer<Schema extends z.ZodType>(
  definition: Definition<Schema, Scorer, ScorerServices>,
): ScorerPlugin {
  return Object.freeze({ kind: "scorer", ...definition });
}

/** A model provider, shipped or your own. */
export function defineModel<Schema extends z.ZodType>(
  definition: Definition<Schema, LanguageModel, ModelServices>,
): ModelPlugin {
  return Object.freeze({ kind: "model", ...definition });
}
