import { rememberProvenance } from "./provenance.ts";
import { renderText, requireParams, type TemplateParams, variablesOf } from "./template-syntax.ts";

/** A text to send, which knows the template and the params it was made of. It is sent as any text is. */
export type FilledText = string & { readonly template: string; readonly params: TemplateParams };

/**
 * A text of a template, to be given wherever a prompt, an input or a message's content goes. Throws UsageError
 * when a variable has no value. Without `params` the call fills it, with its `templateParams`.
 *
 *     prompt: templateText("An emoji for {sport}", { sport: "soccer" })
 */
export function templateText(template: string, params?: TemplateParams): FilledText {
  const names = variablesOf(template, params ?? {});
  const isDeferred = params === undefined && names.length > 0;
  if (!isDeferred) requireParams(names, params ?? {});
  // A string object: the one kind of text that can be told from others of the same words.
  const text = new String(isDeferred ? template : renderText(template, params ?? {}));
  rememberProvenance([text], { template, params: isDeferred ? undefined : (params ?? {}) });
  Object.defineProperties(text, { template: { value: template }, params: { value: params ?? {} } });
  return text as unknown as FilledText;
}
