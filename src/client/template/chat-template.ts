import type { JsonObject } from "../../core/data/json.ts";
import { UsageError } from "../../core/errors.ts";
import { historyVariables } from "../../core/prompt/chat-history.ts";
import { isMessageList } from "../../core/prompt/message.ts";
import type { Template } from "../../core/prompt/prompt.ts";
import {
  renderText,
  requireParams,
  type TemplateParams,
  toRegistrySyntax,
  variablesOf,
} from "./template-syntax.ts";

/** A message of a chat template. Its content may be a list of parts; every string in them is a template. */
export interface ChatTemplateMessage {
  readonly role: string;
  readonly content?: unknown;
}

export type ChatTemplate = readonly ChatTemplateMessage[];

const historyRole = "chat_history";

/** Every variable, including those of `chat_history` messages. */
export function chatVariables(template: ChatTemplate, params: TemplateParams): readonly string[] {
  return [...new Set(template.flatMap((message) => messageVariables(message, params)))];
}

/**
 * The messages to send: new objects, except those of a history, which stay unchanged. Throws UsageError for
 * missing variables, or if the value of a `chat_history` is not a list of messages.
 */
export function renderChat(template: ChatTemplate, params: TemplateParams): object[] {
  requireParams(chatVariables(template, params), params);
  return template.flatMap((message): object[] => {
    if (message.role === historyRole) return historyOf(message, params);
    const { content, ...rest } = message;
    return [
      {
        ...rest,
        role: sentRole(message.role),
        ...(content === undefined ? {} : { content: mapTexts(content, (text) => renderText(text, params)) }),
      },
    ];
  });
}

/** Libretto uses `ai` for OpenAI's `assistant`. */
function sentRole(role: string): string {
  return role === "ai" ? "assistant" : role;
}

function messageVariables(message: ChatTemplateMessage, params: TemplateParams): readonly string[] {
  if (message.role === historyRole) return historyNames(message);
  const names: string[] = [];
  mapTexts(message.content, (text) => {
    names.push(...variablesOf(text, params));
    return text;
  });
  return names;
}

/** `{prev}`, `{{prev}}`, several of them, the bare name, or nothing for `chat_history`. */
function historyNames({ content }: ChatTemplateMessage): readonly string[] {
  const written = String(content ?? "").replace(/(?<!\{)\{(\w[\w.-]*)\}(?!\})/g, "{{$1}}");
  return historyVariables(written);
}

function historyOf(message: ChatTemplateMessage, params: TemplateParams): object[] {
  return historyNames(message).flatMap((name) => {
    const value = params[name];
    if (!isMessageList(value as never)) {
      throw new UsageError(`the variable "${name}" of a chat_history message is not a list of messages`, {
        hint: `pass a list such as [{"role": "user", "content": "Hello"}]`,
      });
    }
    return (value as ChatTemplateMessage[]).map((entry) =>
      entry.role === "ai" ? { ...entry, role: "assistant" } : entry,
    );
  });
}

/** A copy with every string mapped except those that name a kind (`type`, `detail`). */
function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string" || value instanceof String) return map(String(value));
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, map));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === "type" || key === "detail" ? member : mapTexts(member, map),
    ]),
  );
}

/** Template and variables, as stored in datasets and the registry. */
interface RecordedTemplate {
  /** Undefined if their syntax cannot express it; `asWritten` then has the original. */
  readonly template: Template | undefined;
  readonly asWritten: JsonObject | undefined;
}

export function recordedTemplate(written: ChatTemplate | string, params: TemplateParams): RecordedTemplate {
  const template = typeof written === "string" ? toRegistrySyntax(written, params) : chatOf(written, params);
  return template === undefined
    ? { template, asWritten: { template_as_written: JSON.parse(JSON.stringify(written)) } }
    : { template, asWritten: undefined };
}

function chatOf(written: ChatTemplate, params: TemplateParams): Template | undefined {
  const messages = written.map((message) => {
    if (message.role === "chat_history") {
      return {
        role: message.role,
        content: historyNames(message)
          .map((name) => `{{${name}}}`)
          .join(""),
      };
    }
    const content =
      typeof message.content === "string" ? toRegistrySyntax(message.content, params) : undefined;
    return content === undefined ? undefined : { role: sentRole(message.role), content };
  });
  const expressed = messages.filter((message) => message !== undefined);
  return expressed.length === messages.length ? expressed : undefined;
}
