import type { Stretch } from "../source-places.ts";
import type { KeyPath } from "../tree.ts";
import type { Rule, RuleContext } from "./rule.ts";

const tag =
  /\{%-?\s*(if|elif|else|endif|for|endfor|set|endset|block|endblock|include|extends|macro|endmacro|raw|endraw|filter|call|import|from|with)\b[^%]*%\}/;
const filter = /\{\{[^{}|]*\|\s*[A-Za-z_]\w*[^{}]*\}\}/;
const handlebars = /\{\{\s*[#/^]\s*\w+[^{}]*\}\}/;

/** Logic in a template is sent unchanged unless its language is jinja. */
export const logicNeedsJinja: Rule = (context) => {
  for (const key of context.references.prompt.things.keys()) {
    if (context.things.prompts[key]?.templateLanguage !== "default") continue;
    for (const { text, at } of templateTexts(context, key)) {
      const found = tag.exec(text) ?? filter.exec(text);
      const mustache = handlebars.exec(text);
      if (found !== null)
        context.problems.report(
          at,
          `${short(found[0])} would be sent as written: the default template language has no logic and no filters`,
          "add template_language: jinja to the prompt",
          [],
          stretchOf(text, found),
        );
      else if (mustache !== null)
        context.problems.report(
          at,
          `${short(mustache[0])} would be sent as written: Handlebars and Mustache blocks are not supported`,
          "add template_language: jinja to the prompt, and write {% if x %} … {% endif %} or {% for x in xs %} … {% endfor %}",
          [],
          stretchOf(text, mustache),
        );
    }
  }
};

function short(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}

export const templateKeys = ["default_template", "template", "file"] as const;

/** The texts of a prompt's template, with their places. */
function templateTexts(
  { things, references }: Pick<RuleContext, "things" | "references">,
  key: string,
): readonly { readonly text: string; readonly at: KeyPath }[] {
  const thing = references.prompt.things.get(key);
  const { template } = things.prompts[key] ?? {};
  if (thing === undefined || template === undefined) return [];
  const field = templateKeys.find((name) => thing.written[name] !== undefined) ?? "default_template";
  const place: KeyPath = [...thing.path, field];
  return typeof template === "string"
    ? [{ text: template, at: place }]
    : template.map(({ content }, at) => ({ text: content, at: [...place, String(at), "content"] }));
}

function stretchOf(text: string, { 0: found, index }: RegExpExecArray): Stretch {
  return { text, offset: index, length: found.length };
}
