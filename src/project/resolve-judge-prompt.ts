import type { ScorerUse } from "../config/config.ts";
import type { PromptReader } from "../contracts/registry.ts";
import type { JsonValue } from "../core/data/json.ts";
import { isDaoOptError } from "../core/errors.ts";
import type { Template } from "../core/prompt/prompt.ts";
import type { Catalog } from "../plugins/catalog.ts";
import { knownOptions } from "../plugins/option-issues.ts";
import type { IssueList } from "./issue-list.ts";

interface Sources {
  readonly registry: PromptReader;
  readonly catalog: Catalog;
  /** The config's folder. */
  readonly directory: string;
}

/**
 * The scorer with the text of its registered prompt as the option `template`, and the version's URI as `prompt`. A
 * scorer without a prompt is returned unchanged. Adds an issue and returns undefined on failure.
 */
export async function withJudgePrompt(
  use: ScorerUse,
  { registry, catalog, directory }: Sources,
  issues: IssueList,
): Promise<ScorerUse | undefined> {
  if (use.prompt === undefined) return use;
  const path = `${use.path}.prompt`;
  const taken = ["template", "instructions"].find((name) => use.options[name] !== undefined);
  if (taken !== undefined) {
    const hint = `remove one of them; the prompt is the place for what options.${taken} says`;
    issues.add(path, `the scorer has both a prompt and options.${taken}`, hint);
    return undefined;
  }
  try {
    const plugin = await catalog.load("scorer", use.use, directory);
    const known = knownOptions(plugin.options);
    if (known.length > 0 && !known.includes("template")) {
      issues.add(path, `scorer ${use.use} asks no judge and takes no prompt`, "remove it");
      return undefined;
    }
    const { template, templateLanguage, uri } = await registry.get(use.prompt, { defaultSelector: "latest" });
    if (templateLanguage !== "default") {
      const hint = "write its variables as {{question}} and without template logic";
      issues.add(path, `${uri} is a ${templateLanguage} template, which a judge cannot use`, hint);
      return undefined;
    }
    return { ...use, prompt: uri, options: { ...use.options, template: jsonOf(template) } };
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    issues.addError(path, error);
    return undefined;
  }
}

function jsonOf(template: Template): JsonValue {
  if (typeof template === "string") return template;
  return template.map(({ role, content }) => ({ role, content }));
}
