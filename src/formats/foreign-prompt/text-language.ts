import { UsageError } from "../../core/errors.ts";
import type { TemplateLanguage } from "../../core/prompt/prompt.ts";
import { templateVariables } from "../../core/template/template.ts";
import type { PromptNote } from "./prompt-format.ts";

const simple = /\{\{\s*[A-Za-z_]\w*\s*\}\}/g;

/** The language that jinja texts need: the default one if they only insert variables by name. */
export function jinjaLanguage(texts: readonly string[]): TemplateLanguage {
  return texts.some((text) => /\{[{%#]/.test(text.replaceAll(simple, ""))) ? "jinja" : "default";
}

/** Why a text is no valid jinja template here; undefined if it is. */
export function jinjaProblem(text: string, line: number): PromptNote | undefined {
  const code = /\{%-?\s*(include|import|from|extends|block|macro|call|include)\b/.exec(text);
  if (code !== null)
    return {
      line: line + lineBreaks(text.slice(0, code.index)),
      message: `{% ${code[1]} … %} is not supported`,
      hint: "paste the text that it refers to, or use {% if %} and {% for %}",
    };
  try {
    templateVariables(text, "jinja");
    return undefined;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { line, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
}

function lineBreaks(text: string): number {
  return text.split("\n").length - 1;
}
