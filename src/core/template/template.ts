import type { JsonObject, JsonValue } from "../data/json.ts";
import { UsageError } from "../errors.ts";
import { expandChatHistory, historyVariables, isHistory } from "../prompt/chat-history.ts";
import type { ChatMessage } from "../prompt/message.ts";
import type { Template, TemplateLanguage, TemplateMessage } from "../prompt/prompt.ts";
import { createJinjaBudget, readJinja } from "./jinja-template.ts";
import { readParts } from "./template-parts.ts";
import { fillVariables, variablesIn } from "./template-variables.ts";
import type { TimeBudget } from "./time-limit.ts";

/** A text that was read: what it needs, and how it is filled. */
interface ReadText {
  /** Every variable, in order of first use. */
  readonly all: readonly string[];
  /** Leaves out those the text can do without. */
  readonly required: readonly string[];
  /** Is called only when no required variable is missing. */
  fill(inputs: JsonObject, budget: TimeBudget): string;
}

type ReadLanguage = (text: string, budget: TimeBudget) => ReadText;

const languages: Readonly<Record<TemplateLanguage, ReadLanguage>> = {
  default: (text) => {
    const all = variablesIn(text);
    return { all, required: all, fill: (inputs) => fillVariables(text, inputs) };
  },
  jinja: readJinja,
};

/** A template that was read once, and renders any number of rows. */
export interface ReadTemplate {
  /** Names of its variables, as `templateVariables` gives them. */
  readonly variables: readonly string[];
  /** As `renderTemplate`. */
  render(inputs: JsonObject): readonly ChatMessage[];
}

/**
 * Names of a template's variables, in order of first use, those of its `chat_history` messages included.
 * Throws UsageError when the template cannot be read (jinja syntax, a `chat_history` that names nothing).
 */
export function templateVariables(template: Template, language: TemplateLanguage): readonly string[] {
  const names = readMessages(template, language).flatMap(({ all }) => all);
  return Object.freeze([...new Set(names)]);
}

/** Reads a template. Throws UsageError as `templateVariables` does. */
export function readTemplate(template: Template, language: TemplateLanguage): ReadTemplate {
  const messages = readMessages(template, language);
  const required = [...new Set(messages.flatMap((message) => message.required))];
  return {
    variables: [...new Set(messages.flatMap(({ all }) => all))],
    render(inputs) {
      requireInputs(required, inputs);
      const budget = createJinjaBudget();
      return messages.flatMap(({ expand }) => expand(inputs, budget));
    },
  };
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
  return readTemplate(template, language).render(inputs);
}

function messagesOf(template: Template): readonly TemplateMessage[] {
  return typeof template === "string" ? [{ role: "user", content: template }] : template;
}

interface ReadMessage extends Pick<ReadText, "all" | "required"> {
  expand(inputs: JsonObject, budget: TimeBudget): readonly ChatMessage[];
}

function readMessages(template: Template, language: TemplateLanguage): readonly ReadMessage[] {
  const budget = createJinjaBudget();
  const read = (text: string) => languages[language](text, budget);
  return messagesOf(template).map((message) => readMessage(message, read));
}

function readMessage(message: TemplateMessage, read: (text: string) => ReadText): ReadMessage {
  if (isHistory(message)) {
    const all = historyVariables(message.content);
    return { all, required: all, expand: (inputs) => expandChatHistory(message.content, inputs) };
  }
  const { role, parts, name, toolCalls, toolCallId } = message;
  const { all, required, fill } = parts === undefined ? read(message.content) : readParts(parts, read);
  const rest = {
    ...(name === undefined ? {} : { name }),
    ...(toolCalls === undefined ? {} : { toolCalls }),
    ...(toolCallId === undefined ? {} : { toolCallId }),
  };
  return { all, required, expand: (inputs, budget) => [{ role, content: fill(inputs, budget), ...rest }] };
}

function requireInputs(names: readonly string[], inputs: JsonObject): void {
  const missing = names.filter((name) => isMissing(inputs, name));
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
