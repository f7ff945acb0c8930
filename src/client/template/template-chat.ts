import type { OpenAI } from "openai";
import { type ChatTemplate, chatVariables, renderChat } from "./chat-template.ts";
import { isOfParams, rememberProvenance } from "./provenance.ts";
import { renderText, requireParams, type TemplateParams, variablesOf } from "./template-syntax.ts";

type WithNew<Make extends (...given: never[]) => unknown> = Make &
  (new (
    ...given: Parameters<Make>
  ) => ReturnType<Make>);

/** `templateChat` and `templateText` under the names of Libretto's Python client, with or without `new`. */
export const TemplateChat = constructible(templateChat);
export const TemplateText = constructible(templateText);
export type TemplateChat<Message = TemplatedMessage> = FilledChat<Message>;
export type TemplateText = FilledText;

/**
 * Arrow functions and methods cannot be called with `new`; a function that returns an object can, and `new`
 * returns that object.
 */
function constructible<Make extends (...given: never[]) => object>(make: Make): WithNew<Make> {
  return function (this: unknown, ...given: Parameters<Make>) {
    return make(...given);
  } as unknown as WithNew<Make>;
}

/** Roles of a chat template: OpenAI's, Libretto's `ai`, and `chat_history` for the messages of a variable. */
export type TemplateRole = "system" | "developer" | "user" | "assistant" | "ai" | "chat_history";

export interface TextTemplateMessage {
  readonly role: TemplateRole;
  /** With `{name}` or `{{name}}`; `\{` and `\}` are braces. */
  readonly content: string;
}

export interface PartsTemplateMessage {
  readonly role: TemplateRole;
  readonly content: string | readonly OpenAI.ChatCompletionContentPart[];
}

/** A message of a filled text template: fits `messages` of chats and `input` of responses. */
export interface TemplatedMessage {
  role: "system" | "developer" | "user" | "assistant";
  content: string;
}

/** Messages to send, linked to their template and params. */
type FilledChat<Message = TemplatedMessage> = Message[] & {
  readonly template: ChatTemplate;
  readonly params: TemplateParams;
};

/**
 * Messages of a template, to be given wherever messages go. Throws UsageError when a variable has no value.
 * Without `params` the template is filled by the call, with its `templateParams`.
 *
 *     messages: templateChat([{ role: "user", content: "An emoji for {sport}" }], { sport: "soccer" })
 */
export function templateChat(template: readonly TextTemplateMessage[], params?: TemplateParams): FilledChat;
export function templateChat(
  template: readonly PartsTemplateMessage[],
  params?: TemplateParams,
): FilledChat<OpenAI.ChatCompletionMessageParam>;
export function templateChat(template: ChatTemplate, params?: TemplateParams): unknown {
  const isDeferred = params === undefined && chatVariables(template, {}).length > 0;
  const messages = isDeferred
    ? template.map((message) => ({ ...message }))
    : renderChat(template, params ?? {});
  rememberProvenance([messages, ...messages.filter((message) => !isOfParams(message, params))], {
    template,
    params: isDeferred ? undefined : (params ?? {}),
  });
  Object.defineProperties(messages, { template: { value: template }, params: { value: params ?? {} } });
  return messages;
}

/** Text to send, linked to its template and params. It is sent like any string. */
type FilledText = string & { readonly template: string; readonly params: TemplateParams };

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
  // A String object, because plain strings have no identity.
  const text = new String(isDeferred ? template : renderText(template, params ?? {}));
  rememberProvenance([text], { template, params: isDeferred ? undefined : (params ?? {}) });
  Object.defineProperties(text, { template: { value: template }, params: { value: params ?? {} } });
  return text as unknown as FilledText;
}
