import type { JsonObject } from "../data/json.ts";
import type { ChatMessage } from "../prompt/message.ts";
import type { Template, TemplateLanguage } from "../prompt/prompt.ts";
import { readTemplate, templateVariables } from "./template.ts";

/** Renders templates in the calling thread or in a separate one. */
export interface TemplateRenderer {
  /** Like `templateVariables`. */
  variables(template: Template, language: TemplateLanguage): Promise<readonly string[]>;
  /** Like `renderTemplate`. */
  render(template: Template, language: TemplateLanguage, inputs: JsonObject): Promise<readonly ChatMessage[]>;
}

/** Renders in the calling thread. */
export function createTemplateRenderer(mostKept = 500): TemplateRenderer {
  const kept = new Map<string, ReturnType<typeof read>>();
  const known = (template: Template, language: TemplateLanguage) => {
    const key = language + (typeof template === "string" ? template : `\n${JSON.stringify(template)}`);
    const found = kept.get(key) ?? read(template, language);
    kept.delete(key);
    kept.set(key, found);
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return found;
  };
  return {
    variables: async (template, language) => known(template, language).variables,
    render: async (template, language, inputs) => known(template, language).render(inputs),
  };
}

function read(template: Template, language: TemplateLanguage) {
  return { ...readTemplate(template, language), variables: templateVariables(template, language) };
}
