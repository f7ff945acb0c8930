import type { ModelSpec } from "../contracts/model-spec.ts";
import type { OptimizationPlan, PlanEstimate, RunPlan } from "../contracts/run-plan.ts";
import { digestOf } from "../core/digest.ts";
import { ConfigError, type ConfigIssue } from "../core/errors.ts";
import { estimateTokens } from "../core/usage.ts";
import { type ModuleDigests, modulesUsed } from "../project/module-digests.ts";
import type { Project, ProjectOptimization } from "../project/project.ts";
import { modelsToCap, withOutputCaps } from "./budget/output-cap.ts";
import { decisivePart } from "./decisive-part.ts";
import { estimateOptimization, gateTargetCalls } from "./estimate.ts";
import type { EstimateFacts } from "./estimate-parts.ts";

/** Rows looked at for the mean length of inputs and answers. */
const sampleRows = 200;

/**
 * Decides what a run does. Pure: no I/O, no clock, no chance. Throws ConfigError when a budget
 * cannot pay for the base and the gate.
 */
export function planRun(project: Project): RunPlan {
  const optimizations = project.optimizations.map(planOptimization);
  const issues = optimizations.flatMap((plan, at) =>
    budgetIssues(plan, project, project.optimizations[at] as ProjectOptimization),
  );
  if (issues.length > 0) throw new ConfigError(issues);
  const used = new Set(
    optimizations.flatMap(({ models }) => Object.values(models).filter((key) => key !== undefined)),
  );
  const uncapped = Object.fromEntries(
    withFallbacks([...used], project.models).map((key) => [key, project.models[key] as ModelSpec]),
  );
  const cappedModels = modelsToCap(optimizations, uncapped);
  const models = withOutputCaps(uncapped, cappedModels);
  const providers = Object.values(models).map(({ provider }) => provider);
  const own = modulesUsed(project.optimizations, providers).map((use) => [use, project.modules[use] ?? ""]);
  const modules = own.length === 0 ? {} : { modules: Object.fromEntries(own) as ModuleDigests };
  return deepFreeze({
    format: 1,
    digest: digestOf(decisivePart({ models, optimizations, ...modules })),
    config: project.file,
    models,
    ...(cappedModels.length === 0 ? {} : { cappedModels }),
    optimizations,
    ...modules,
  });
}

/** Low, likely and high figures for each optimization of a plan, for `--dry-run`. */
export function estimateRun(plan: RunPlan, project: Project, concurrency: number): readonly PlanEstimate[] {
  return plan.optimizations.map((optimization, at) => {
    const source = project.optimizations[at] as ProjectOptimization;
    return estimateOptimization({
      plan: optimization,
      models: plan.models,
      source,
      facts: factsOf(source),
      concurrency,
    });
  });
}

/** What a person should know of the figures. */
export function estimateNotes({ optimizations }: Project): readonly string[] {
  return optimizations
    .filter(({ estimateSearch }) => estimateSearch === undefined)
    .map(
      ({ config, optimizer }) =>
        `${config.name}: what a search of ${optimizer.use} costs is not known; the figures are those of a search in general`,
    );
}

function planOptimization(source: ProjectOptimization): OptimizationPlan {
  const { config, dataset, split } = source;
  return {
    name: config.name,
    prompts: source.prompts,
    agent: source.agent,
    models: {
      target: source.targetModel,
      reflection: config.reflectionModel,
      judge: config.scorerModel,
      ...(config.sourceModel === undefined ? {} : { source: config.sourceModel }),
    },
    reflectionTemperature: config.reflectionTemperature,
    ...(config.isReflectionTemperatureDefault === undefined ? {} : { isReflectionTemperatureDefault: true }),
    optimizer: {
      ...source.optimizer,
      candidatesPerStep: config.candidatesPerStep,
      maxSteps: config.maxSteps,
      patience: config.patience,
    },
    scorers: source.scorers,
    isDefaultScorer: source.isDefaultScorer,
    data: {
      name: dataset.name,
      digest: dataset.digest,
      rows: dataset.examples.length,
      split: source.splitSpec,
      parts: {
        train: split.train.length,
        validation: split.validation.length,
        test: split.test.length,
      },
    },
    budget: config.budget,
    gate: config.gate,
    objectives: config.objectives,
    select: config.select,
    maxErrorRate: config.maxErrorRate,
    ...(config.deployTo === undefined ? {} : { deployTo: config.deployTo }),
    seed: config.seed,
  };
}

function withFallbacks(keys: readonly string[], models: Readonly<Record<string, ModelSpec>>): string[] {
  const all = new Set(keys);
  for (const key of all) for (const next of models[key]?.fallbacks ?? []) all.add(next);
  return [...all].sort();
}

function budgetIssues(plan: OptimizationPlan, project: Project, source: ProjectOptimization): ConfigIssue[] {
  const { calls } = plan.budget;
  if (calls === undefined) return [];
  const perRow = 1 + source.judgeCalls.most;
  const sourceCalls = plan.models.source === undefined ? 0 : plan.data.parts.test;
  const gate = (gateTargetCalls(plan) + sourceCalls) * perRow;
  const base = plan.data.parts.validation * (1 + source.judgeCalls.usual);
  if (calls > gate + base) return [];
  const path = `optimizations.prompt_optimizations.${source.config.key}.budget.calls`;
  return [
    {
      file: project.file,
      ...project.locate(path),
      path,
      message: `${calls} calls cannot pay the base on ${plan.data.parts.validation} validation rows (${base}) and the gate on ${plan.data.parts.test} test rows (${gate})`,
      hint: `allow at least ${gate + base + 20 * perRow}, or give the split a smaller test share`,
    },
  ];
}

function factsOf(source: ProjectOptimization): EstimateFacts {
  const rows = source.dataset.examples.slice(0, sampleRows);
  const mean = (read: (row: (typeof rows)[number]) => string) =>
    rows.reduce((sum, row) => sum + estimateTokens(read(row)), 0) / Math.max(1, rows.length);
  return {
    rowTokens: mean(({ inputs }) => JSON.stringify(inputs)),
    answerTokens: mean(({ expected, sourceOutput }) => expected ?? sourceOutput ?? ""),
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const item of Object.values(value)) deepFreeze(item);
  }
  return value;
}
