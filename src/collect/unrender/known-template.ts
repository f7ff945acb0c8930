import type { PromptReader } from "../../contracts/registry.ts";
import type { Template, TemplateLanguage } from "../../core/prompt/prompt.ts";

/** A template that calls may have been made with. */
export interface KnownTemplate {
  /** Path of the prompt. */
  readonly path: string;
  /** Absent if the template has no version, or if several versions have the same text. */
  readonly version?: number;
  readonly versionId?: string;
  readonly template: Template;
  readonly language: TemplateLanguage;
}

interface ConfiguredPrompt {
  readonly path: string;
  readonly template?: Template;
  readonly templateLanguage: TemplateLanguage;
}

/** All templates that may have produced calls: those of the config, and all versions in the registry. */
export async function templatesOfConfig(
  prompts: Readonly<Record<string, ConfiguredPrompt>>,
  registry: PromptReader,
): Promise<readonly KnownTemplate[]> {
  const known: KnownTemplate[] = [];
  for (const { path, template, templateLanguage: language } of Object.values(prompts)) {
    if (template !== undefined) known.push({ path, template, language });
    const isFiled = (await registry.find(path, { defaultSelector: "latest" })) !== undefined;
    for (const version of isFiled ? await registry.history(path) : []) {
      known.push({
        path,
        version: version.version,
        versionId: version.versionId,
        template: version.template,
        language: version.templateLanguage,
      });
    }
  }
  return known;
}
