import type { PromptRegistry, VersionOrigin } from "../contracts/registry.ts";
import type { RunPlan } from "../contracts/run-plan.ts";
import type { OptimizationRecord, PromptResult, RunRecord } from "../contracts/run-record.ts";
import { isDaoOptError } from "../core/errors.ts";
import type { ModelConfiguration, Template } from "../core/prompt.ts";

export interface PublishOptions {
  /** File the best candidate even when nothing was proven. */
  readonly registerAnyway: boolean;
}

/**
 * Files what a run has proven and returns the final record. The base is published first when the
 * registry does not have it. Filing twice gives the version that is there already. An optimization
 * whose result cannot be filed becomes `failed`; its best prompt stays in the record.
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
    optimizations.push(
      isWanted ? await publishOptimization(optimization, record, plan, registry) : optimization,
    );
  }
  const hasFailed = optimizations.some(({ status }) => status === "failed");
  return {
    ...record,
    optimizations,
    status: record.status === "completed" && hasFailed ? "failed" : record.status,
  };
}

function isMeasured({ status }: OptimizationRecord): boolean {
  return status === "no_proven_improvement" || status === "regressed";
}

async function publishOptimization(
  optimization: OptimizationRecord,
  record: RunRecord,
  plan: RunPlan,
  registry: PromptRegistry,
): Promise<OptimizationRecord> {
  try {
    const prompts: PromptResult[] = [];
    for (const prompt of optimization.prompts) {
      prompts.push(await publishPrompt(prompt, optimization, record, plan, registry));
    }
    const deployedTo = await deploy(optimization, prompts, record, registry);
    return { ...optimization, prompts, deployedTo };
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    return {
      ...optimization,
      status: "failed",
      reason: `the result could not be registered: ${error.message}`,
      error: { code: error.code, message: error.message, hint: error.hint ?? null },
    };
  }
}

async function publishPrompt(
  prompt: PromptResult,
  optimization: OptimizationRecord,
  record: RunRecord,
  plan: RunPlan,
  registry: PromptRegistry,
): Promise<PromptResult> {
  const planned = optimization.plan.prompts.find(({ key }) => key === prompt.key);
  const model = modelConfiguration(optimization, plan);
  const draftOf = (template: Template) => ({
    path: prompt.path,
    template,
    templateLanguage: planned?.templateLanguage ?? ("default" as const),
    model,
    ...(planned?.description === undefined ? {} : { description: planned.description }),
    ...(planned === undefined ? {} : { tags: planned.tags }),
    createdBy: `dao-opt ${record.tool.version}`,
  });
  const base =
    prompt.base.version ??
    (
      await registry.upsert({
        ...draftOf(prompt.base.template),
        versionDescription: `base of ${optimization.name} (${record.run})`,
      })
    ).version.version;
  const { version } = await registry.upsert({
    ...draftOf(prompt.best.template),
    versionDescription: commitMessage(optimization),
    origin: originOf(optimization, record, base),
  });
  return {
    ...prompt,
    base: { ...prompt.base, version: base, uri: `prompts:/${prompt.path}/${base}` },
    optimized: { version: version.version, uri: version.uri, template: version.template },
  };
}

function originOf(optimization: OptimizationRecord, record: RunRecord, parent: number): VersionOrigin {
  const { plan, scores, status, usage } = optimization;
  return {
    parent,
    run: record.run,
    engine: plan.optimizer.use,
    seed: plan.seed,
    dataDigest: plan.data.digest,
    models: Object.fromEntries(Object.entries(plan.models).filter(([, key]) => key !== undefined)),
    scores: {
      ...(scores.validation === undefined ? {} : { validation: { ...scores.validation } }),
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

function commitMessage({ name, plan, scores }: OptimizationRecord): string {
  if (scores.test === undefined) return `${name}: ${plan.optimizer.use}, not proven on held-out rows`;
  const { base, optimized, rows } = scores.test;
  return `${name}: ${plan.optimizer.use}, ${base.toFixed(3)} → ${optimized.toFixed(3)} on ${rows} held-out rows`;
}

/** The model a version was made for: the agent's, as the config has it. */
function modelConfiguration(optimization: OptimizationRecord, plan: RunPlan): ModelConfiguration {
  const spec = plan.models[optimization.plan.models.target];
  const tools = optimization.plan.agent.tools;
  return {
    model: spec?.name ?? optimization.plan.models.target,
    provider: spec?.provider ?? "openai",
    ...spec?.parameters,
    ...(tools.length === 0 ? {} : { tools }),
  };
}

async function deploy(
  { status, plan }: OptimizationRecord,
  prompts: readonly PromptResult[],
  record: RunRecord,
  registry: PromptRegistry,
): Promise<string | null> {
  if (status !== "improved" || plan.deployTo === undefined) return null;
  for (const { path, optimized } of prompts) {
    if (optimized === null) continue;
    await registry.deploy(`${path}@${optimized.version}`, plan.deployTo, {
      note: `gate passed in ${record.run}`,
      by: "dao-opt run",
    });
  }
  return plan.deployTo;
}
