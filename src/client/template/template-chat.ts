import type { OpenAI } from "openai";
import { type ChatTemplate, chatVariables, renderChat } from "./chat-template.ts";
import { isOfParams, rememberProvenance } from "./provenance.ts";
import type { TemplateParams } from "./template-syntax.ts";

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

/** A message of a text template once it is filled: fits `messages` of chats and `input` of responses. */
export interface TemplatedMessage {
  role: "system" | "developer" | "user" | "assistant";
  content: string;
}

/** Messages to send, which know the template and the params they were made of. */
export type FilledChat<Message = TemplatedMessage> = Message[] & {
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
