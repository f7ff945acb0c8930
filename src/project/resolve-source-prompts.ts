import type { Config, OptimizationConfig, PromptConfig } from "../config/config.ts";
import type { Dataset } from "../contracts/dataset-store.ts";
import type { PromptReader, PromptVersion } from "../contracts/registry.ts";
import type { PlannedPrompt } from "../contracts/run-plan.ts";
import { canonicalJson } from "../core/data/digest.ts";
import { isDaoOptError } from "../core/errors.ts";
import { nearNames } from "../core/text/near-names.ts";
import type { TracePrompt } from "../core/trace.ts";
import { openTraces } from "../traces/open-traces.ts";
import type { IssueList } from "./issue-list.ts";

interface Sources {
  readonly registry: PromptReader;
  readonly issues: IssueList;
  readonly notes: string[];
  readonly dataset: Dataset | undefined;
}

type Source = Pick<PlannedPrompt, "template" | "templateLanguage" | "baseVersion">;

/**
 * The prompts that the source model actually runs. For each prompt: the version named by the rows' traces,
 * otherwise the one named by `source_prompt`, otherwise the config's template, otherwise the version pinned
 * there or version 1. Registering a new version changes none of these. Empty without a source model.
 */
export async function resolveSourcePrompts(
  optimization: Pick<OptimizationConfig, "key" | "sourceModel" | "sourcePrompt">,
  prompts: readonly PlannedPrompt[],
  config: Config,
  sources: Sources,
): Promise<readonly PlannedPrompt[]> {
  if (optimization.sourceModel === undefined) return [];
  const traced = await tracedPrompts(config, sources.dataset);
  return Promise.all(
    prompts.map(async (prompt) => {
      const written = config.prompts[prompt.key];
      const found =
        (await ofTraces(prompt, traced, sources)) ??
        (prompts.length > 1 ? undefined : await ofReference(optimization, config, sources)) ??
        (written === undefined ? undefined : await ofConfig(written, sources));
      return found === undefined ? prompt : { ...prompt, ...found };
    }),
  );
}

/** Prompts of the traces of a dataset's rows, most frequent first. */
async function tracedPrompts(config: Config, dataset: Dataset | undefined): Promise<readonly TracePrompt[]> {
  const ids = dataset?.traces ?? [];
  if (ids.length === 0) return [];
  const store = await openTraces(config);
  const counts = new Map<string, { readonly prompt: TracePrompt; count: number }>();
  try {
    for await (const { prompt } of store.list({ ids })) {
      if (prompt?.version === undefined && prompt?.template === undefined) continue;
      const key = canonicalJson([prompt.path ?? null, prompt.version ?? prompt.template ?? null]);
      const known = counts.get(key) ?? { prompt, count: 0 };
      counts.set(key, { prompt: known.prompt, count: known.count + 1 });
    }
  } finally {
    await store.close();
  }
  return [...counts.values()]
    .sort((one, other) => other.count - one.count || versionOf(other.prompt) - versionOf(one.prompt))
    .map(({ prompt }) => prompt);
}

function versionOf({ version = 0 }: TracePrompt): number {
  return version;
}

async function ofTraces(
  { path, templateLanguage }: PlannedPrompt,
  traced: readonly TracePrompt[],
  { registry, notes }: Sources,
): Promise<Source | undefined> {
  const mine = traced.find((one) => one.path === path);
  if (mine === undefined) return undefined;
  const { version, template } = mine;
  const filed = version === undefined ? undefined : await registry.find(`${path}@${version}`);
  if (filed !== undefined) {
    notes.push(`${path}: the source model runs version ${filed.version}, according to the rows' traces`);
    return sourceOf(filed);
  }
  if (template === undefined) return undefined;
  notes.push(`${path}: the source model runs the prompt in the rows' traces`);
  return { template, templateLanguage, baseVersion: version ?? null };
}

async function ofReference(
  { key, sourcePrompt }: Pick<OptimizationConfig, "key" | "sourcePrompt">,
  config: Config,
  sources: Sources,
): Promise<Source | undefined> {
  if (sourcePrompt === undefined) return undefined;
  const { registry, issues, notes } = sources;
  const place = `optimizations.prompt_optimizations.${key}.source_prompt`;
  const named =
    config.prompts[sourcePrompt] ?? Object.values(config.prompts).find(({ path }) => path === sourcePrompt);
  try {
    if (named !== undefined) {
      const found = await ofConfig(named, sources);
      if (found !== undefined) return found;
    }
    const hasVersion = /@[^/]+$|\/\d+$/.test(sourcePrompt);
    const found = await registry.find(hasVersion ? sourcePrompt : `${sourcePrompt}@1`);
    if (found !== undefined) {
      notes.push(`${found.path}: the source model runs version ${found.version}, set by source_prompt`);
      return sourceOf(found);
    }
    const names = Object.values(config.prompts).flatMap((one) => [one.key, one.path]);
    const near = nearNames(sourcePrompt, names, 2);
    issues.add(
      place,
      `there is no prompt "${sourcePrompt}"`,
      near.length > 0
        ? `did you mean ${near.join(" or ")}?`
        : "name a prompt of this config by its key or path, or a version: prompts:/catalog/schema/name/3",
    );
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    issues.addError(place, error);
  }
  return undefined;
}

/** The config's own template; without one, the version pinned in the config, otherwise the first. */
async function ofConfig(prompt: PromptConfig, { registry }: Sources): Promise<Source | undefined> {
  const { path, template, templateLanguage, version } = prompt;
  if (version !== undefined) return sourceOf(await registry.get(`${path}@${version}`));
  if (template === undefined) {
    const first = await registry.find(`${path}@1`);
    return first && sourceOf(first);
  }
  // The plan must not depend on whether the registry has it yet.
  return { template, templateLanguage, baseVersion: null };
}

function sourceOf({ template, templateLanguage, version }: PromptVersion): Source {
  return { template, templateLanguage, baseVersion: version };
}
