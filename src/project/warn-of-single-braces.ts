import type { Config } from "../config/config.ts";
import type { PlannedPrompt } from "../contracts/run-plan.ts";
import { variablesIn } from "../core/template/template-variables.ts";
import { placeInTemplate } from "./check-template-use.ts";
import { placedWarning } from "./config-warnings.ts";

/** `{name}`, but not `{{name}}`, `${name}`, `\text{name}` or `f{name}`. */
const singleBraces = /(?<![\w{$\\}])\{\s*([A-Za-z_]\w*)\s*\}(?!\})/g;

/** A template of the config that writes some of its variables in one brace sends these as they are. */
export function warnOfSingleBraces(
  prompts: readonly PlannedPrompt[],
  pathOf: (prompt: PlannedPrompt) => string,
  config: Pick<Config, "file" | "locate">,
  warnings: string[],
): void {
  for (const prompt of prompts) {
    const { template, templateLanguage, baseVersion } = prompt;
    if (templateLanguage !== "default" || baseVersion !== null) continue;
    const path = pathOf(prompt);
    const texts =
      typeof template === "string"
        ? [{ text: template, at: path }]
        : template.map(({ content }, at) => ({ text: content, at: `${path}.${at}.content` }));
    if (texts.every(({ text }) => variablesIn(text).length === 0)) continue;
    for (const { text, at } of texts) {
      const names = [...new Set(Array.from(text.matchAll(singleBraces), ([, name = ""]) => name))];
      if (names.length === 0) continue;
      const shown = names.map((name) => `{${name}}`).join(", ");
      const meant = names.map((name) => `{{${name}}}`).join(", ");
      const [are, wanted] = names.length === 1 ? ["is", "a variable is"] : ["are", "variables are"];
      const place = placeInTemplate(
        { template: text, baseVersion },
        at,
        new RegExp(singleBraces.source),
        config,
      );
      const message = `${shown} ${are} sent as written; if ${wanted} meant, write ${meant}`;
      warnings.push(placedWarning(config, at, message, place));
    }
  }
}
