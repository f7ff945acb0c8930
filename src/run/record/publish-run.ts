import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { PromptRegistry, VersionOrigin } from "../../contracts/registry.ts";
import type { RunPlan } from "../../contracts/run-plan.ts";
import type { OptimizationRecord, PromptResult, RunRecord } from "../../contracts/run-record.ts";
import { canonicalJson } from "../../core/data/digest.ts";
import { defined } from "../../core/defined.ts";
import { isDaoOptError } from "../../core/errors.ts";
import type { ModelConfiguration, Template } from "../../core/prompt/prompt.ts";

interface PublishOptions {
  /** Register the best candidate even without a significant gain. */
  readonly registerAnyway: boolean;
  /** Move environments; false for a run that only repeats an earlier one. */
  readonly deploys: boolean;
}

interface Context extends PublishOptions {
  readonly record: RunRecord;
  readonly plan: RunPlan;
  readonly registry: PromptRegistry;
}

/**
 * Registers the significant results of a run and returns the final record. The base is published first if the
 * registry does not have it. Results already registered according to the record are skipped, and registering
 * equal details returns the existing version. If an optimization's result cannot be registered, it becomes
 * `failed`; its best prompt stays in the record.
 */
export async function publishRun(
  record: RunRecord,
  plan: RunPlan,
  registry: PromptRegistry,
  options: PublishOptions,
): Promise<RunRecord> {
  const optimizations: OptimizationRecord[] = [];
  for (const optimization of record.optimizations) {
    const isWanted =
      optimization.status === "improved" || (options.registerAnyway && isMeasured(optimization));
    const published =
      isWanted && !isFiled(optimization)
        ? await publishOptimization(optimization, { record, plan, registry, ...options })
        : optimization;
    optimizations.push(await withSourceVersion(published, registry));
  }
  const hasFailed = optimizations.some(({ status }) => status === "failed");
  return {
    ...record,
    optimizations,
    status: record.status === "completed" && hasFailed ? "failed" : record.status,
  };
}

/** Sets the version that the source model ran, if that was the config's template and it is version 1. */
async function withSourceVersion(
  optimization: OptimizationRecord,
  registry: PromptRegistry,
): Promise<OptimizationRecord> {
  const { source } = optimization.scores;
  const [prompt] = optimization.plan.sourcePrompts ?? [];
  if (source === undefined || prompt === undefined || source.promptVersion !== null) return optimization;
  const first = await registry.find(`${prompt.path}@1`).catch(() => undefined);
  if (first === undefined || canonicalJson(first.template) !== canonicalJson(prompt.template))
    return optimization;
  return {
    ...optimization,
    scores: { ...optimization.scores, source: { ...source, promptVersion: first.version } },
  };
}

function isMeasured({ status }: OptimizationRecord): boolean {
  return status === "no_proven_improvement" || status === "regressed";
}

function isFiled({ prompts }: OptimizationRecord): boolean {
  return prompts.every(({ optimized }) => optimized !== null);
}

async function publishOptimization(
  optimization: OptimizationRecord,
  context: Context,
): Promise<OptimizationRecord> {
  const prompts = [...optimization.prompts];
  try {
    for (const [at, prompt] of prompts.entries()) {
      prompts[at] = await publishPrompt(prompt, optimization, context);
    }
    return { ...optimization, prompts, deployedTo: await deploy(optimization, prompts, context) };
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    return {
      ...optimization,
      prompts,
      status: "failed",
      reason: `the result could not be registered: ${error.message}`,
      error: { code: error.code, message: error.message, hint: error.hint ?? null },
    };
  }
}

async function publishPrompt(
  prompt: PromptResult,
  optimization: OptimizationRecord,
  { record, plan, registry }: Context,
): Promise<PromptResult> {
  const planned = optimization.plan.prompts.find(({ key }) => key === prompt.key);
  const model = modelConfiguration(optimization, plan);
  const draftOf = (template: Template) => ({
    path: prompt.path,
    template,
    templateLanguage: planned?.templateLanguage ?? ("default" as const),
    model,
    ...defined({ description: planned?.description, tags: planned?.tags }),
    createdBy: `dao-opt ${record.tool.version}`,
    modelEntry: optimization.plan.models.target,
  });
  const base =
    prompt.base.version ??
    (
      await registry.upsert({
        ...draftOf(prompt.base.template),
        versionDescription: `base of ${optimization.name} (${record.run})`,
      })
    ).version.version;
  const filedBase = { ...prompt.base, version: base, uri: `prompts:/${prompt.path}/${base}` };
  if (canonicalJson(prompt.best.template) === canonicalJson(prompt.base.template)) {
    return { ...prompt, base: filedBase, optimized: filedBase };
  }
  const { version } = await registry.upsert({
    ...draftOf(prompt.best.template),
    versionDescription: commitMessage(optimization),
    origin: originOf(optimization, record, plan, base),
  });
  return {
    ...prompt,
    base: filedBase,
    optimized: { version: version.version, uri: version.uri, template: version.template },
  };
}

function originOf(
  optimization: OptimizationRecord,
  record: RunRecord,
  { models }: RunPlan,
  parent: number,
): VersionOrigin {
  const { plan, scores, status, usage } = optimization;
  return {
    parent,
    run: record.run,
    engine: plan.optimizer.use,
    seed: plan.seed,
    dataDigest: plan.data.digest,
    models: Object.fromEntries(
      Object.entries(plan.models).map(([role, key]) => [role, models[key]?.name ?? key]),
    ),
    scores: {
      ...(scores.validation === undefined ? {} : { validation: validationScore(scores.validation) }),
      ...(scores.test === undefined
        ? {}
        : {
            test: {
              base: scores.test.base,
              optimized: scores.test.optimized,
              difference: scores.test.difference,
              interval: scores.test.interval,
              confidence: scores.test.confidence,
              rows: scores.test.rows,
            },
          }),
    },
    gate: status === "improved" || status === "regressed" ? status : "no_proven_improvement",
    spend: usage,
  };
}

/** The validation score stored with a version, without the count of missing answers. */
function validationScore({ failed: _failed, ...kept }: Required<OptimizationRecord["scores"]>["validation"]) {
  return kept;
}

function commitMessage({ name, plan, scores }: OptimizationRecord): string {
  if (scores.test === undefined) return `${name}: ${plan.optimizer.use}, not proven on held-out rows`;
  const { base, optimized, rows } = scores.test;
  return `${name}: ${plan.optimizer.use}, ${base.toFixed(3)} → ${optimized.toFixed(3)} on ${rows} held-out rows`;
}

/** The model a version was made for, from the agent's config. */
function modelConfiguration(optimization: OptimizationRecord, plan: RunPlan): ModelConfiguration {
  const key = optimization.plan.models.target;
  const { name, provider, parameters } = plan.models[key] as ModelSpec;
  const { maxTokens: _cap, ...uncapped } = parameters;
  const { tools } = optimization.plan.agent;
  return {
    model: name,
    provider,
    ...(plan.cappedModels?.includes(key) === true ? uncapped : parameters),
    ...(tools.length === 0 ? {} : { tools }),
  };
}

async function deploy(
  { status, plan }: OptimizationRecord,
  prompts: readonly PromptResult[],
  { record, registry, deploys }: Context,
): Promise<string | null> {
  if (!deploys || status !== "improved" || plan.deployTo === undefined) return null;
  for (const { path, optimized } of prompts) {
    const now = await registry.find(`${path}@${plan.deployTo}`);
    if (optimized === null || now?.version === optimized.version) continue;
    await registry.deploy(`${path}@${optimized.version}`, plan.deployTo, {
      note: `gate passed in ${record.run}`,
      by: "dao-opt run",
    });
  }
  return plan.deployTo;
}
