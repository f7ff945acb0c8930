import type { Config, OptimizationConfig, PromptConfig } from "../config/config.ts";
import type { PromptReader, PromptVersion } from "../contracts/registry.ts";
import type { PlannedPrompt } from "../contracts/run-plan.ts";
import { canonicalJson } from "../core/data/digest.ts";
import { defined } from "../core/defined.ts";
import { isDaoOptError } from "../core/errors.ts";
import type { Template, TemplateLanguage } from "../core/prompt/prompt.ts";
import { fromSingleBraces, textFromSingleBraces } from "../core/template/single-brace.ts";
import { placedWarning } from "./config-warnings.ts";
import type { IssueList } from "./issue-list.ts";

/** Prompt key → registry version of the base, null for the config's own template. */
export type BasePins = ReadonlyMap<string, number | null>;

interface Sources {
  readonly registry: PromptReader;
  readonly pins?: BasePins;
  readonly issues: IssueList;
  readonly notes: string[];
  readonly warnings: string[];
  /** The rows have the form of dao-ai, whose templates write variables as `{name}`. */
  readonly isSingleBrace?: boolean;
}

/**
 * The starting texts of an optimization: the named version, otherwise the registry's latest, otherwise the
 * template.
 */
export async function resolvePrompts(
  optimization: Pick<OptimizationConfig, "prompts">,
  config: Pick<Config, "prompts" | "file" | "locate">,
  sources: Sources,
): Promise<readonly PlannedPrompt[]> {
  const written = optimization.prompts.map((key) => config.prompts[key] as PromptConfig);
  const prompts = sources.isSingleBrace === true ? written.map(withDoubleBraces) : written;
  const resolved = await Promise.all(prompts.map((prompt) => resolvePrompt(prompt, config, sources)));
  return resolved.flatMap((prompt) => prompt ?? []);
}

function withDoubleBraces(prompt: PromptConfig): PromptConfig {
  const { template, templateLanguage, locked } = prompt;
  if (templateLanguage !== "default") return prompt;
  return {
    ...prompt,
    locked: locked.map(textFromSingleBraces),
    ...(template === undefined ? {} : { template: fromSingleBraces(template) }),
  };
}

async function resolvePrompt(
  prompt: PromptConfig,
  config: Pick<Config, "file" | "locate">,
  sources: Sources,
): Promise<PlannedPrompt | undefined> {
  const { issues, notes, warnings } = sources;
  const path = `prompts.${prompt.key}`;
  try {
    const found = await findVersion(prompt, sources);
    const isPinned = sources.pins?.has(prompt.key) === true;
    if (found === undefined && prompt.template !== undefined && isNamedVersion(prompt) && !isPinned) {
      const field = prompt.version === undefined ? "alias" : "version";
      const message = `the registry has no prompt ${prompt.path} yet; the config's template is used`;
      warnings.push(placedWarning(config, `${path}.${field}`, message));
    }
    if (found !== undefined) {
      notes.push(`${prompt.path}: base is version ${found.version} of the registry`);
      if (isOvershadowed(prompt, found, sources)) {
        const message = `version ${found.version} of the registry is used, and its template differs; set \`version: config\` to start from the config's template`;
        warnings.push(placedWarning(config, `${path}.${templateKey(path, config)}`, message));
      }
      const isSingle = sources.isSingleBrace === true && found.templateLanguage === "default";
      const template = isSingle ? fromSingleBraces(found.template) : found.template;
      return planned(prompt, template, found.templateLanguage, found.version);
    }
    if (prompt.template === undefined) {
      issues.add(
        path,
        `the registry has no prompt ${prompt.path}, and the config has no template for it`,
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

/** True if an implicit registry version replaces a different template in the config. */
function isOvershadowed(prompt: PromptConfig, found: PromptVersion, { pins }: Sources): boolean {
  if (prompt.template === undefined || prompt.version !== undefined || prompt.alias !== undefined)
    return false;
  if (pins?.has(prompt.key) === true) return false;
  return (
    prompt.templateLanguage !== found.templateLanguage ||
    canonicalJson(textsOf(prompt.template)) !== canonicalJson(textsOf(found.template))
  );
}

/** A text is sent as one user message, so both forms are the same template. */
function textsOf(template: Template): Template {
  return typeof template === "string" ? [{ role: "user", content: template }] : template;
}

/** The config key that holds the template at `path` (`prompts.x`). */
export function templateKey(path: string, { locate }: Pick<Config, "locate">): string {
  const around = JSON.stringify(locate(path));
  const keys = ["default_template", "template", "file"];
  return keys.find((key) => JSON.stringify(locate(`${path}.${key}`)) !== around) ?? "default_template";
}

function isNamedVersion({ version, alias }: PromptConfig): boolean {
  return typeof version === "number" || alias !== undefined;
}

async function findVersion(
  prompt: PromptConfig,
  { registry, pins }: Sources,
): Promise<PromptVersion | undefined> {
  const pin = pins?.get(prompt.key);
  if (prompt.version === "config" || (pin === null && prompt.template !== undefined)) return undefined;
  // As in dao-ai, a template of the config stands in for a prompt that was never registered.
  const isUnregistered =
    prompt.template !== undefined &&
    isNamedVersion(prompt) &&
    (await registry.find(prompt.path, { defaultSelector: "latest" })) === undefined;
  if (isUnregistered) return undefined;
  if (prompt.version !== undefined) return registry.get(`${prompt.path}@${prompt.version}`);
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
    ...defined({ description, maxPromptTokens }),
  };
}
