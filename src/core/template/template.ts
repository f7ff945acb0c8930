import { isJsonObject, type JsonObject, type JsonValue } from "../data/json.ts";
import { defined } from "../defined.ts";
import { UsageError } from "../errors.ts";
import { expandChatHistory, historyVariables, isHistory } from "../prompt/chat-history.ts";
import type { ChatMessage } from "../prompt/message.ts";
import type { Template, TemplateLanguage, TemplateMessage } from "../prompt/prompt.ts";
import { createJinjaBudget, readJinja } from "./jinja-template.ts";
import { fillVariables, variablesIn } from "./template-variables.ts";
import type { TimeBudget } from "./time-limit.ts";

/** A parsed text: the variables it needs and how to fill it. */
interface ReadText {
  /** Every variable, in order of first use. */
  readonly all: readonly string[];
  /** Without the variables that the text can do without. */
  readonly required: readonly string[];
  /** Call only if no required variable is missing. */
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

/** A parsed template that renders any number of rows. */
export interface ReadTemplate {
  /** Names of its variables, as `templateVariables` returns them. */
  readonly variables: readonly string[];
  /** Like `renderTemplate`. */
  render(inputs: JsonObject): readonly ChatMessage[];
}

/**
 * Names of a template's variables, in order of first use, including those of `chat_history` messages. Throws
 * UsageError if the template cannot be read (jinja syntax, a `chat_history` without a variable).
 */
export function templateVariables(template: Template, language: TemplateLanguage): readonly string[] {
  const names = readMessages(template, language).flatMap(({ all }) => all);
  return Object.freeze([...new Set(names)]);
}

/** Parses a template. Throws UsageError like `templateVariables`. */
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
 * Renders a template to messages; a text template becomes one user message. Texts are inserted as they are,
 * numbers and booleans as text, lists and objects as JSON. An input that is `null` counts as missing. Throws
 * UsageError with every missing variable, and every `chat_history` input that is not a list of messages.
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
  const rest = defined({ name, toolCalls, toolCallId });
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

/** A parsed text: the variables it needs and how to fill it. */
interface PartText {
  readonly all: readonly string[];
  readonly required: readonly string[];
  fill(inputs: JsonObject, budget: TimeBudget): string;
}

interface ReadParts {
  readonly all: readonly string[];
  readonly required: readonly string[];
  fill(inputs: JsonObject, budget: TimeBudget): readonly JsonObject[];
}

/** The variables of a message's parts: those in texts and in image URLs. */
function readParts(parts: readonly JsonObject[], read: (text: string) => PartText): ReadParts {
  const readings = parts.map((part) => readPart(part, read));
  return {
    all: readings.flatMap(({ texts }) => texts.flatMap(({ all }) => all)),
    required: readings.flatMap(({ texts }) => texts.flatMap(({ required }) => required)),
    fill: (inputs, budget) => readings.map(({ fill }) => fill(inputs, budget)),
  };
}

function readPart(part: JsonObject, read: (text: string) => PartText) {
  const { text, image_url: picture } = part;
  const texts: PartText[] = [];
  const steps: ((filled: JsonObject, inputs: JsonObject, budget: TimeBudget) => JsonObject)[] = [];
  if (typeof text === "string") {
    const reading = read(text);
    texts.push(reading);
    steps.push((filled, inputs, budget) => ({ ...filled, text: reading.fill(inputs, budget) }));
  }
  if (isJsonObject(picture) && typeof picture["url"] === "string") {
    const reading = read(picture["url"]);
    texts.push(reading);
    steps.push((filled, inputs, budget) => ({
      ...filled,
      image_url: { ...picture, url: reading.fill(inputs, budget) },
    }));
  }
  const fill = (inputs: JsonObject, budget: TimeBudget) =>
    steps.reduce((filled, step) => step(filled, inputs, budget), part);
  return { texts, fill };
}
