import type { Config, OptimizationConfig, PromptConfig } from "../config/config.ts";
import type { PromptReader, PromptVersion } from "../contracts/registry.ts";
import type { PlannedPrompt } from "../contracts/run-plan.ts";
import { isDaoOptError } from "../core/errors.ts";
import type { Template, TemplateLanguage } from "../core/prompt.ts";
import type { IssueList } from "./issue-list.ts";

/** Prompt key → registry version the base was taken from, null for the config's own template. */
export type BasePins = ReadonlyMap<string, number | null>;

interface Sources {
  readonly registry: PromptReader;
  readonly pins?: BasePins;
  readonly issues: IssueList;
  readonly notes: string[];
}

/** The texts an optimization starts from: the version named, else the registry's latest, else the template. */
export async function resolvePrompts(
  optimization: Pick<OptimizationConfig, "prompts">,
  config: Pick<Config, "prompts">,
  sources: Sources,
): Promise<readonly PlannedPrompt[]> {
  const prompts = optimization.prompts.map((key) => config.prompts[key] as PromptConfig);
  const resolved = await Promise.all(prompts.map((prompt) => resolvePrompt(prompt, sources)));
  return resolved.flatMap((prompt) => prompt ?? []);
}

async function resolvePrompt(prompt: PromptConfig, sources: Sources): Promise<PlannedPrompt | undefined> {
  const { issues, notes } = sources;
  const path = `prompts.${prompt.key}`;
  try {
    const found = await findVersion(prompt, sources);
    if (found !== undefined) {
      notes.push(`${prompt.path}: base is version ${found.version} of the registry`);
      return planned(prompt, found.template, found.templateLanguage, found.version);
    }
    if (prompt.template === undefined) {
      issues.add(
        path,
        `the registry has no prompt ${prompt.path}, and there is no template here`,
        "add default_template",
      );
      return undefined;
    }
    const reason =
      prompt.version === "config" ? "version: config" : "the registry does not have the prompt yet";
    notes.push(`${prompt.path}: base is the config's template (${reason})`);
    return planned(prompt, prompt.template, prompt.templateLanguage, null);
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    issues.addError(
      prompt.version === undefined && prompt.alias === undefined
        ? path
        : `${path}.${prompt.version === undefined ? "alias" : "version"}`,
      error,
    );
    return undefined;
  }
}

async function findVersion(
  prompt: PromptConfig,
  { registry, pins }: Sources,
): Promise<PromptVersion | undefined> {
  if (prompt.version === "config") return undefined;
  if (prompt.version !== undefined) return registry.get(`${prompt.path}@${prompt.version}`);
  const pin = pins?.get(prompt.key);
  if (pin === null) return undefined;
  if (pin !== undefined) return registry.get(`${prompt.path}@${pin}`);
  if (prompt.alias !== undefined) return registry.get(`${prompt.path}@${prompt.alias}`);
  return registry.find(prompt.path, { defaultSelector: "latest" });
}

function planned(
  prompt: PromptConfig,
  template: Template,
  templateLanguage: TemplateLanguage,
  baseVersion: number | null,
): PlannedPrompt {
  const { key, path, description, locked, maxPromptTokens, tags } = prompt;
  return {
    key,
    path,
    template,
    templateLanguage,
    baseVersion,
    locked,
    tags,
    ...(description === undefined ? {} : { description }),
    ...(maxPromptTokens === undefined ? {} : { maxPromptTokens }),
  };
}
