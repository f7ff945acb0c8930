import type { TemplateLanguage } from "../prompt/prompt.ts";
import { jinjaForms } from "./jinja-forms.ts";
import type { TemplateForm } from "./template-form.ts";
import { piecesOf } from "./template-variables.ts";

/**
 * Every way a text may turn out, as stretches and places of variables; a dotted jinja name (`user.name`) is
 * one variable. Undefined when the text does more than that: loops, filters, comparisons, `set`. Throws
 * UsageError on broken jinja.
 */
export function templateForms(text: string, language: TemplateLanguage): readonly TemplateForm[] | undefined {
  return language === "jinja" ? jinjaForms(text) : [{ pieces: piecesOf(text), conditions: [] }];
}
