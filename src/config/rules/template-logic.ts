import type { Rule } from "./rule.ts";
import { stretchOf, templateTexts } from "./template-texts.ts";

const tag =
  /\{%-?\s*(if|elif|else|endif|for|endfor|set|endset|block|endblock|include|extends|macro|endmacro|raw|endraw|filter|call|import|from|with)\b[^%]*%\}/;
const filter = /\{\{[^{}|]*\|\s*[A-Za-z_]\w*[^{}]*\}\}/;
const handlebars = /\{\{\s*[#/^]\s*\w+[^{}]*\}\}/;

/** Logic in a template is sent to the model word for word unless the template is said to be Jinja. */
export const logicIsJinja: Rule = (context) => {
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
          `${short(mustache[0])} would be sent as written: templates have no blocks of Handlebars or Mustache`,
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
