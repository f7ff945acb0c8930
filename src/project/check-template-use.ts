import type { Config } from "../config/config.ts";
import type { SourcePlace } from "../config/source-places.ts";
import type { PlannedPrompt } from "../contracts/run-plan.ts";
import { isDaoOptError } from "../core/errors.ts";
import { templateVariables } from "../core/template/template.ts";
import type { IssueList } from "./issue-list.ts";

/** Other notations for variables, which are plain text here. */
const otherForms: readonly ((name: string) => string)[] = [
  (name) => `{${name}}`,
  (name) => `\${${name}}`,
  (name) => `$${name}`,
  (name) => `<${name}>`,
  (name) => `[[${name}]]`,
  (name) => `[${name}]`,
  (name) => `%(${name})s`,
  (name) => `{{ inputs.${name} }}`,
  (name) => `{{inputs.${name}}}`,
];

/**
 * Reports templates without variables, which send the same text for every row. `inputs`: names in the first
 * row; `templatePath` returns the config path of a prompt's template.
 */
export function checkTemplateUse(
  prompts: readonly PlannedPrompt[],
  inputs: readonly string[],
  place: (prompt: PlannedPrompt) => string,
  issues: IssueList,
  config: Pick<Config, "locate">,
): void {
  const [prompt] = prompts;
  if (prompt === undefined || inputs.length === 0 || prompts.some((one) => variablesOf(one).length > 0))
    return;
  const { template, baseVersion } = prompt;
  const text = typeof template === "string" ? template : template.map(({ content }) => content).join("\n");
  const written = inputs.flatMap((name) => {
    const form = otherForms.map((make) => make(name)).find((one) => text.includes(one));
    return form === undefined ? [] : [{ form, name }];
  });
  const form = written[0]?.form;
  const whose = baseVersion === null ? "the template" : `the template of version ${baseVersion}`;
  issues.add(
    place(prompt),
    `${whose} uses no variables from the rows, so every row gets the same prompt`,
    written.length > 0
      ? `write ${written.map(({ form, name }) => `{{${name}}} for ${form}`).join(", ")}`
      : `put ${inputs.map((name) => `{{${name}}}`).join(" or ")} where the row's value belongs`,
    form === undefined
      ? undefined
      : placeInTemplate(prompt, place(prompt), new RegExp(literally(form)), config),
  );
}

function variablesOf({ template, templateLanguage }: PlannedPrompt): readonly string[] {
  try {
    return templateVariables(template, templateLanguage);
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    // Another check reports templates that cannot be parsed.
    return ["?"];
  }
}

/** Position of the pattern's first match in the config's own template; undefined for a registry version. */
export function placeInTemplate(
  { template, baseVersion }: Pick<PlannedPrompt, "template" | "baseVersion">,
  path: string,
  pattern: RegExp,
  { locate }: Pick<Config, "locate">,
): SourcePlace | undefined {
  if (baseVersion !== null) return undefined;
  const texts =
    typeof template === "string"
      ? [{ text: template, at: path }]
      : template.map(({ content }, at) => ({ text: content, at: `${path}.${at}.content` }));
  for (const { text, at } of texts) {
    const found = pattern.exec(text);
    if (found !== null) return locate(at, { text, offset: found.index, length: found[0].length });
  }
  return undefined;
}

/** Escapes the text for use as a pattern. */
export function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
