import type { Config, OptimizationConfig, PromptConfig } from "../../config/config.ts";
import type { OptimizationPlan, RunPlan } from "../../contracts/run-plan.ts";
import { defined } from "../../core/defined.ts";
import type { Project } from "../../project/project.ts";

const mark = "https://not-set.invalid/";

/** Placeholder for an unset environment variable in offline checks; also valid as a URL. */
export function standInFor(variable: string): string {
  return mark + encodeURIComponent(variable);
}

/**
 * The config with the settings of a stored plan. Unset variables in numbers or lists cannot be recognized
 * later, unlike in texts, and one such value may affect several of a plan's, so all settings are then taken
 * from the plan.
 */
export function withStoredSettings(config: Config, stored: RunPlan): Config {
  if (config.unset.length === 0) return config;
  const plans = Object.values(config.optimizations).flatMap((own) => {
    const plan = stored.optimizations.find(({ name }) => name === own.name);
    return plan === undefined ? [] : [{ own, plan }];
  });
  const models = Object.entries(config.models).map(([key, own]) => {
    const { outputLimit: _planned, ...spec } = stored.models[key] ?? own.spec;
    // A plan names a module relative to the config.
    return [key, { ...own, spec: { ...spec, provider: own.spec.provider } }] as const;
  });
  const datasets = plans.flatMap(({ own, plan }) => {
    const dataset = config.datasets[own.dataset];
    return dataset === undefined ? [] : [[own.dataset, { ...dataset, split: plan.data.split }] as const];
  });
  const prompts = plans.flatMap(({ plan }) =>
    plan.prompts.flatMap(({ key, maxPromptTokens, baseVersion, templateLanguage }) => {
      const { maxPromptTokens: _unset, version, ...own } = config.prompts[key] ?? {};
      const isNumbered = typeof version === "number" && baseVersion !== null;
      const settings = {
        ...own,
        templateLanguage,
        version: isNumbered ? baseVersion : version,
        maxPromptTokens,
      };
      return "path" in own ? [[key, defined(settings) as PromptConfig] as const] : [];
    }),
  );
  return {
    ...config,
    models: Object.fromEntries(models),
    datasets: { ...config.datasets, ...Object.fromEntries(datasets) },
    prompts: { ...config.prompts, ...Object.fromEntries(prompts) },
    optimizations: {
      ...config.optimizations,
      ...Object.fromEntries(plans.map(({ own, plan }) => [own.key, planned(own, plan)])),
    },
  };
}

function planned(own: OptimizationConfig, plan: OptimizationPlan): OptimizationConfig {
  const { candidatesPerStep, maxSteps, patience, options } = plan.optimizer;
  const { budget, gate, objectives, select, maxErrorRate, seed, reflectionTemperature } = plan;
  const { isReflectionTemperatureDefault: _unset, ...rest } = own;
  return {
    ...rest,
    candidatesPerStep,
    maxSteps,
    patience,
    optimizer: { ...own.optimizer, options },
    scorers: own.scorers.map((scorer, at) => {
      const { options: chosen, weight } = plan.scorers[at] ?? scorer;
      return { ...scorer, options: chosen, weight };
    }),
    budget,
    gate,
    objectives,
    select,
    maxErrorRate,
    seed,
    reflectionTemperature,
    ...(plan.isReflectionTemperatureDefault === undefined ? {} : { isReflectionTemperatureDefault: true }),
  };
}

/** The project with a stored plan's values for unset variables: a replay does not need them. */
export function withStoredValues(project: Project, stored: RunPlan): Project {
  return {
    ...project,
    models: restored(project.models, stored.models),
    optimizations: project.optimizations.map((one) => {
      const { agent } = stored.optimizations.find(({ name }) => name === one.config.name) ?? {};
      return agent === undefined ? one : { ...one, agent: restored(one.agent, agent) };
    }),
  };
}

function restored<Value>(value: Value, stored: unknown): Value {
  if (typeof value === "string")
    return value.includes(mark) && typeof stored === "string" ? (stored as Value) : value;
  if (typeof value !== "object" || value === null || typeof stored !== "object" || stored === null)
    return value;
  if (Array.isArray(value))
    return value.map((item, at) => restored(item, (stored as readonly unknown[])[at])) as Value;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    restored(item, (stored as Readonly<Record<string, unknown>>)[key]),
  ]);
  return Object.fromEntries(entries) as Value;
}
