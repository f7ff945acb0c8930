import { expandChatHistory, historyVariables, isHistory } from "./chat-history.ts";
import { UsageError } from "./errors.ts";
import { jinjaVariables, renderJinja } from "./jinja-template.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import type { ChatMessage } from "./message.ts";
import type { Template, TemplateLanguage, TemplateMessage } from "./prompt.ts";
import { fillVariables, variablesIn } from "./template-variables.ts";

interface LanguageRules {
  /** Every variable, in order of first use; `required` leaves out those the text can do without. */
  variables(text: string): { readonly all: readonly string[]; readonly required: readonly string[] };
  /** Is called only when no required variable is missing. */
  fill(text: string, inputs: JsonObject): string;
}

const languages: Readonly<Record<TemplateLanguage, LanguageRules>> = {
  default: {
    variables: (text) => {
      const all = variablesIn(text);
      return { all, required: all };
    },
    fill: fillVariables,
  },
  jinja: { variables: jinjaVariables, fill: renderJinja },
};

/**
 * Names of a template's variables, in order of first use, those of its `chat_history` messages included.
 * Throws UsageError when the template cannot be read (jinja syntax, a `chat_history` that names nothing).
 */
export function templateVariables(template: Template, language: TemplateLanguage): readonly string[] {
  const names = messagesOf(template).flatMap((message) => variablesOf(message, language).all);
  return Object.freeze([...new Set(names)]);
}

/**
 * The messages a template stands for; a text template becomes one user message. Texts are put in as they
 * are, numbers and booleans as text, lists and objects as JSON; an input that is `null` counts as missing.
 * Throws UsageError naming every missing variable, and every `chat_history` input that is no message list.
 */
export function renderTemplate(
  template: Template,
  language: TemplateLanguage,
  inputs: JsonObject,
): readonly ChatMessage[] {
  const messages = messagesOf(template);
  requireInputs(
    messages.flatMap((message) => variablesOf(message, language).required),
    inputs,
  );
  return messages.flatMap((message) =>
    isHistory(message)
      ? expandChatHistory(message.content, inputs)
      : [{ role: message.role, content: languages[language].fill(message.content, inputs) }],
  );
}

function messagesOf(template: Template): readonly TemplateMessage[] {
  return typeof template === "string" ? [{ role: "user", content: template }] : template;
}

function variablesOf(message: TemplateMessage, language: TemplateLanguage) {
  if (!isHistory(message)) return languages[language].variables(message.content);
  const all = historyVariables(message.content);
  return { all, required: all };
}

function requireInputs(names: readonly string[], inputs: JsonObject): void {
  const missing = [...new Set(names)].filter((name) => isMissing(inputs, name));
  if (missing.length === 0) return;
  const given = Object.keys(inputs);
  throw new UsageError(`missing variable${missing.length === 1 ? "" : "s"}: ${missing.join(", ")}`, {
    hint: given.length === 0 ? "no inputs were given" : `inputs given: ${given.join(", ")}`,
  });
}

function isMissing(inputs: JsonObject, name: string): boolean {
  const value: JsonValue | undefined = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
  return value === undefined || value === null;
}
