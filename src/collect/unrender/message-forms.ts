import { historyVariables, isHistory } from "../../core/prompt/chat-history.ts";
import type { TemplateMessage } from "../../core/prompt/prompt.ts";
import { type FormCondition, templateForms } from "../../core/template/template-forms.ts";
import type { TextPiece } from "../../core/template/template-variables.ts";
import type { KnownTemplate } from "./known-template.ts";

/** A message in one rendering of a template, or the position of a message list. */
export type FormItem =
  | { readonly kind: "message"; readonly role: string; readonly pieces: readonly TextPiece[] }
  | { readonly kind: "history"; readonly variable: string };

/** One possible structure of the rendered template. */
export interface MessageForm {
  readonly items: readonly FormItem[];
  readonly conditions: readonly FormCondition[];
}

const maxForms = 64;

/** All possible structures of a rendered template; undefined if it does more than insert variables. */
export function messageForms({ template, language }: KnownTemplate): readonly MessageForm[] | undefined {
  const messages: readonly TemplateMessage[] =
    typeof template === "string" ? [{ role: "user", content: template }] : template;
  let forms: readonly MessageForm[] = [{ items: [], conditions: [] }];
  for (const message of messages) {
    const next = formsOfMessage(message, language);
    if (next === undefined) return undefined;
    forms = forms.flatMap((before) =>
      next.flatMap((after) => {
        const conditions = [...before.conditions, ...after.conditions];
        return areConsistent(conditions) ? [{ items: [...before.items, ...after.items], conditions }] : [];
      }),
    );
    if (forms.length > maxForms) return undefined;
  }
  return forms;
}

function formsOfMessage(
  message: TemplateMessage,
  language: KnownTemplate["language"],
): readonly MessageForm[] | undefined {
  if (isHistory(message)) {
    const items = historyVariables(message.content).map(
      (variable): FormItem => ({ kind: "history", variable }),
    );
    return [{ items, conditions: [] }];
  }
  const { role } = message;
  return templateForms(message.content, language)?.map(({ pieces, conditions }) => ({
    items: [{ kind: "message", role, pieces }],
    conditions,
  }));
}

function areConsistent(conditions: readonly FormCondition[]): boolean {
  return conditions.every((one) =>
    conditions.every(
      (other) => other.variable !== one.variable || other.asks !== one.asks || other.holds === one.holds,
    ),
  );
}
