import { variablesIn } from "../../core/template-variables.ts";
import type { Path } from "../path.ts";
import type { Rule } from "./rule.ts";

const templateKeys = ["default_template", "template", "file"] as const;
/** `{name}`, but not `{{name}}`, `${name}`, `\text{name}` or `f{name}`. */
const singleBraces = /(?<![\w{$\\}])\{\s*([A-Za-z_]\w*)\s*\}(?!\})/g;

/** A template that writes some of its variables in one brace sends them as they are. */
export const bracesAreDouble: Rule = ({ things, shelves, problems }) => {
  for (const { key, path, written } of shelves.prompt.things.values()) {
    const { template, templateLanguage } = things.prompts[key] ?? {};
    if (template === undefined || templateLanguage !== "default") continue;
    const field = templateKeys.find((name) => written[name] !== undefined) ?? "default_template";
    const place: Path = [...path, field];
    const texts =
      typeof template === "string"
        ? [{ text: template, at: place }]
        : template.map(({ content }, at) => ({ text: content, at: [...place, String(at), "content"] }));
    if (texts.every(({ text }) => variablesIn(text).length === 0)) continue;
    for (const { text, at } of texts) {
      const names = [...new Set([...text.matchAll(singleBraces)].map(([, name = ""]) => name))];
      if (names.length === 0) continue;
      const shown = names.map((name) => `{${name}}`).join(", ");
      const meant = names.map((name) => `{{${name}}}`).join(", ");
      const [are, wanted] = names.length === 1 ? ["is", "a variable is"] : ["are", "variables are"];
      problems.warn(at, `${shown} ${are} sent as written; if ${wanted} meant, write ${meant}`);
    }
  }
};
