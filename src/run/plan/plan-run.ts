import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { MeasuredTimes } from "../../contracts/model-times.ts";
import type { OptimizationPlan, PlanEstimate, RunPlan } from "../../contracts/run-plan.ts";
import { digestOf } from "../../core/data/digest.ts";
import { deepFreeze } from "../../core/deep-freeze.ts";
import { ConfigError, type ConfigIssue } from "../../core/errors.ts";
import { rulesNumber } from "../../core/rules-number.ts";
import { placedWarning } from "../../project/config-warnings.ts";
import { type ModuleDigests, modulesUsed } from "../../project/module-digests.ts";
import type { Project, ProjectOptimization } from "../../project/project.ts";
import { hopelessBudgets } from "../budget/gate-notes.ts";
import { withPlannedLimits } from "../budget/output-limits.ts";
import { estimateOptimization } from "./estimate.ts";
import { type EstimateParts, estimateFacts } from "./estimate-parts.ts";
import { decisivePart } from "./plan-differences.ts";

/**
 * Decides what a run does. Pure: no I/O, clock or randomness. Throws ConfigError if a budget does not cover
 * the base, one step of the search and the gate.
 */
export function planRun(project: Project): RunPlan {
  const { optimizations, models, issues } = draftPlan(project);
  if (issues.length > 0) throw new ConfigError(issues);
  const providers = Object.values(models).map(({ provider }) => provider);
  const own = modulesUsed(project.optimizations, providers).map((use) => [use, project.modules[use] ?? ""]);
  const modules = own.length === 0 ? {} : { modules: Object.fromEntries(own) as ModuleDigests };
  return deepFreeze({
    format: 1,
    rules: rulesNumber,
    digest: digestOf(decisivePart({ rules: rulesNumber, models, optimizations, ...modules })),
    config: project.file,
    models,
    optimizations,
    ...modules,
  });
}

/** Issues for budgets that do not cover the minimum. */
export function budgetIssues(project: Project): readonly ConfigIssue[] {
  return draftPlan(project).issues;
}

function draftPlan(project: Project): {
  readonly optimizations: readonly OptimizationPlan[];
  readonly models: RunPlan["models"];
  readonly issues: readonly ConfigIssue[];
} {
  const optimizations = project.optimizations.map(planOptimization);
  const used = new Set(
    optimizations.flatMap(({ models }) => Object.values(models).filter((key) => key !== undefined)),
  );
  const unlimited = Object.fromEntries(
    withFallbacks([...used], project.models).map((key) => [key, project.models[key] as ModelSpec]),
  );
  const models = withPlannedLimits(unlimited, optimizations);
  const issues = optimizations.flatMap((plan, at) =>
    hopelessBudgets(partsOf(plan, models, project.optimizations[at] as ProjectOptimization), project),
  );
  return { optimizations, models, issues };
}

/** Low, likely and high figures for each optimization of a plan, for `--dry-run`. */
export function estimateRun(
  plan: RunPlan,
  project: Project,
  { concurrency, times }: TimeFacts,
): readonly PlanEstimate[] {
  return plan.optimizations.map((optimization, at) =>
    estimateOptimization({
      ...partsOf(optimization, plan.models, project.optimizations[at] as ProjectOptimization),
      concurrency,
      times,
    }),
  );
}

/** What the time of a run depends on, besides its plan. */
export interface TimeFacts {
  readonly concurrency: number;
  /** Measured times of earlier sessions. */
  readonly times: MeasuredTimes;
}

function partsOf(
  plan: OptimizationPlan,
  models: RunPlan["models"],
  source: ProjectOptimization,
): EstimateParts {
  const facts = estimateFacts(source.dataset.examples);
  return { plan, models, source, facts, concurrency: 1, times: {} };
}

/** Notes about the figures: what is unknown, and what would make it known. */
export function estimateNotes(
  { optimizations }: Project,
  estimates: readonly PlanEstimate[],
): readonly string[] {
  const untimed = [...new Set(estimates.flatMap(({ unmeasured }) => unmeasured))];
  const time =
    untimed.length === 0
      ? []
      : [
          `the time is unknown: no answer of ${untimed.join(", ")} was timed yet; dao-opt doctor --online times one, and so does every run`,
        ];
  return [...time, ...unknownCosts(optimizations)];
}

function unknownCosts(optimizations: Project["optimizations"]): readonly string[] {
  return optimizations
    .filter(({ estimateSearch }) => estimateSearch === undefined)
    .map(
      ({ config, optimizer }) =>
        `${config.name}: the cost of a search with ${optimizer.use} is unknown; the figures are general ones`,
    );
}

function planOptimization(source: ProjectOptimization): OptimizationPlan {
  const { config, dataset, split } = source;
  return {
    name: config.name,
    prompts: source.prompts,
    ...(source.sourcePrompts.length === 0 ? {} : { sourcePrompts: source.sourcePrompts }),
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

/** Notes about models that an optimization names but never calls: a `scorer_model` if no scorer uses one. */
export function unusedModelNotes(project: Project): readonly string[] {
  return project.optimizations.flatMap(({ config, judgeCalls, scorers }) => {
    const path = `optimizations.prompt_optimizations.${config.key}`;
    if (judgeCalls.most > 0 || !isWritten(project, path, "scorer_model")) return [];
    const names = scorers.map(({ use }) => use).join(", ");
    const message = `no scorer of this optimization calls a model (${names}): remove it, or use a judging scorer`;
    return [placedWarning(project, `${path}.scorer_model`, message)];
  });
}

/** True if the key itself exists; `locate` falls back to its surroundings. */
function isWritten({ locate }: Pick<Project, "locate">, around: string, key: string): boolean {
  const [place, outer] = [locate(`${around}.${key}`), locate(around)];
  return place !== undefined && (place.line !== outer?.line || place.column !== outer.column);
}
