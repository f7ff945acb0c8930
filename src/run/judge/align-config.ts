import type { Config, OptimizationConfig } from "../../config/config.ts";
import type { JsonObject } from "../../core/data/json.ts";
import type { JudgeName } from "../../scorers/judge/judge-verdict.ts";
import type { AlignRows } from "./align-rows.ts";
import type { GatheredLabels } from "./labels/gather-labels.ts";

interface AlignRequest {
  readonly config: Config;
  /** The optimization whose judge is aligned: its engine, models, budget and gate are used. */
  readonly optimization: OptimizationConfig;
  readonly use: JudgeName;
  /** Options of the scorer, without what the prompt replaces. */
  readonly options: JsonObject;
  /** Registry path of the judge's prompt. */
  readonly path: string;
  /** Whether the registry has that prompt: its latest version is then the base. */
  readonly isRegistered: boolean;
  readonly gathered: GatheredLabels;
  readonly made: AlignRows;
  readonly passScore: number;
}

/** Name of the prompt, agent, dataset and optimization that align a judge. */
const alignKey = "judge";

/**
 * A config with one optimization: the judge's prompt, optimized so that its verdicts are those of people. Everything
 * else works as in any run: split, engine, budget, gate on held-out labels, registration.
 */
export function alignConfig(request: AlignRequest): Config {
  const { config, optimization, use, options, path, isRegistered, gathered, made, passScore } = request;
  const { sourceModel: _source, sourcePrompt: _prompt, deployTo: _deploy, ...base } = optimization;
  const template = isRegistered ? {} : { template: `${made.rules}\n\n{{question}}` };
  return {
    ...config,
    prompts: {
      [alignKey]: {
        key: alignKey,
        path,
        description: `Rules of a judge (${use}). Its verdicts must be those of people.`,
        ...template,
        templateLanguage: "default",
        locked: [],
        tags: { judge: use },
      },
    },
    agents: { [alignKey]: { key: alignKey, name: alignKey, model: optimization.scorerModel, tools: [] } },
    datasets: {
      [alignKey]: {
        key: alignKey,
        spec: {
          name: gathered.source,
          source: { kind: "inline", rows: made.rows, file: gathered.source },
          // Answers to one question stay on one side.
          groupBy: "tags.row",
          onBadRow: "fail",
        },
        split: { seed: optimization.seed, isGiven: false },
      },
    },
    optimizations: {
      [alignKey]: {
        ...base,
        key: alignKey,
        name: `judge ${use}`,
        prompts: [alignKey],
        agent: alignKey,
        dataset: alignKey,
        scorers: [
          {
            use: "judge_verdict",
            options: { use, options, scale: gathered.scale.kind, pass_score: passScore },
            path: `optimizations.prompt_optimizations.${optimization.key}.scorers`,
            weight: 1,
          },
        ],
      },
    },
  };
}
