import { variablesIn } from "../../core/template/template-variables.ts";
import type { Rule } from "./rule.ts";
import { stretchOf, templateTexts } from "./template-texts.ts";

/** `{name}`, but not `{{name}}`, `${name}`, `\text{name}` or `f{name}`. */
const singleBraces = /(?<![\w{$\\}])\{\s*([A-Za-z_]\w*)\s*\}(?!\})/g;

/** A template that writes some of its variables in one brace sends them as they are. */
export const bracesAreDouble: Rule = (context) => {
  for (const key of context.references.prompt.things.keys()) {
    if (context.things.prompts[key]?.templateLanguage !== "default") continue;
    const texts = templateTexts(context, key);
    if (texts.every(({ text }) => variablesIn(text).length === 0)) continue;
    for (const { text, at } of texts) {
      const found = [...text.matchAll(singleBraces)];
      const [first] = found;
      if (first === undefined) continue;
      const names = [...new Set(found.map(([, name = ""]) => name))];
      const shown = names.map((name) => `{${name}}`).join(", ");
      const meant = names.map((name) => `{{${name}}}`).join(", ");
      const [are, wanted] = names.length === 1 ? ["is", "a variable is"] : ["are", "variables are"];
      context.problems.warn(
        at,
        `${shown} ${are} sent as written; if ${wanted} meant, write ${meant}`,
        stretchOf(text, first),
      );
    }
  }
};
