import { digestOf } from "../data/digest.ts";
import { isHistory } from "./chat-history.ts";
import type { Template, TemplateMessage } from "./prompt.ts";

/**
 * The texts that an engine may rewrite, by name, in a fixed order: one entry for a text prompt
 * (`sentiment_classifier`), one per message for a chat prompt (`support#0:system`, `support#1:user`).
 */
export type PromptTexts = Readonly<Record<string, string>>;

/** First 12 hex digits of the digest of the texts; equal texts are the same candidate. */
export type CandidateId = string;

/** A set of texts that keeps the prompt's contract. Only `Lab.draft` creates one. */
export interface Candidate {
  readonly id: CandidateId;
  readonly texts: PromptTexts;
  readonly parents: readonly CandidateId[];
  /** Estimated tokens of all texts together. */
  readonly promptTokens: number;
}

export function candidateId(texts: PromptTexts): CandidateId {
  return digestOf(texts).slice(0, 12);
}

/** The template of a prompt. `key` is its key in the config. */
interface KeyedTemplate {
  readonly key: string;
  readonly template: Template;
}

/**
 * The rewritable texts of prompts, by name: `key` for a text prompt, `key#index:role` for each message of a
 * chat prompt (the index counts all messages). `chat_history` messages and messages of parts have no text.
 */
export function textsOf(prompts: readonly KeyedTemplate[]): PromptTexts {
  return Object.freeze(Object.fromEntries(prompts.flatMap(namedTexts)));
}

/**
 * The prompts' templates with these texts inserted, by key. Roles, order and `chat_history` messages stay.
 * Throws RangeError if a text is missing (`checkContract` reports that readably).
 */
export function templatesOf(
  prompts: readonly KeyedTemplate[],
  texts: PromptTexts,
): Readonly<Record<string, Template>> {
  return Object.freeze(
    Object.fromEntries(prompts.map(({ key, template }) => [key, withTexts(key, template, texts)])),
  );
}

function namedTexts({ key, template }: KeyedTemplate): readonly (readonly [string, string])[] {
  if (typeof template === "string") return [[key, template]];
  return template.flatMap((message, index) =>
    hasNoText(message) ? [] : [[messageName(key, index, message), message.content] as const],
  );
}

function withTexts(key: string, template: Template, texts: PromptTexts): Template {
  if (typeof template === "string") return textNamed(key, texts);
  return Object.freeze(
    template.map((message, index) =>
      hasNoText(message)
        ? message
        : Object.freeze({ ...message, content: textNamed(messageName(key, index, message), texts) }),
    ),
  );
}

/** Images have a place among the text parts that a rewrite would lose. */
function hasNoText(message: TemplateMessage): boolean {
  return isHistory(message) || message.parts !== undefined;
}

function messageName(key: string, index: number, message: TemplateMessage): string {
  return `${key}#${index}:${message.role}`;
}

function textNamed(name: string, texts: PromptTexts): string {
  const text = Object.hasOwn(texts, name) ? texts[name] : undefined;
  if (text === undefined) throw new RangeError(`no text named "${name}"`);
  return text;
}
