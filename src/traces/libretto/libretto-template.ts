import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import { type ChatMessage, isMessageList } from "../../core/prompt/message.ts";
import type { Template, TemplateMessage } from "../../core/prompt/prompt.ts";
import { isVariableName, replaceBounded } from "../../core/template/template-variables.ts";
import { readChatMessage } from "../openai/read-request.ts";

/** Libretto's placeholder, or an escaped brace. Braces around anything else are text. */
const written = /\\([{}])|\{([\w[\].]+)\}/g;
const historyRole = "chat_history";

/** A template of Libretto's clients in this project's format, with the rendered messages. */
interface LibrettoPrompt {
  readonly template?: Template;
  readonly messages?: readonly ChatMessage[];
}

/** Reads `promptTemplateText` or `promptTemplateChat`; empty if there is neither. */
export function readLibrettoPrompt(event: JsonObject, params: JsonObject): LibrettoPrompt {
  const { promptTemplateText: text, promptTemplateChat: chat } = event;
  if (typeof text === "string") {
    return { template: ourText(text, params), messages: [{ role: "user", content: filled(text, params) }] };
  }
  if (!Array.isArray(chat)) return {};
  const list = (chat as readonly JsonValue[]).filter(isJsonObject);
  return {
    template: list.map((message) => templateMessage(message, params)),
    messages: list.flatMap((message) => renderedMessages(message, params)),
  };
}

/** Converts `{name}` to `{{name}}` if the call has this variable. Otherwise it is text of the application. */
function ourText(text: string, params: JsonObject): string {
  return text.replace(written, (whole, brace: string | undefined, name: string | undefined) => {
    if (brace !== undefined) return brace;
    return name !== undefined && Object.hasOwn(params, name) && isVariableName(name) ? `{{${name}}}` : whole;
  });
}

function filled(text: string, params: JsonObject): string {
  return replaceBounded(text, written, (whole, brace, name) => {
    if (brace !== undefined) return brace;
    const value = name !== undefined && Object.hasOwn(params, name) ? params[name] : undefined;
    return value === undefined ? whole : typeof value === "string" ? value : JSON.stringify(value);
  });
}

function templateMessage(message: JsonObject, params: JsonObject): TemplateMessage {
  const { role, content, toolCalls, toolCallId, name } = readChatMessage(message);
  const kept = {
    ...defined({ name, toolCalls, toolCallId }),
  };
  if (content === null || typeof content === "string") {
    return { role: sentRole(role), content: ourText(content ?? "", params), ...kept };
  }
  const parts = content.map((part) =>
    typeof part["text"] === "string" ? { ...part, text: ourText(part["text"], params) } : part,
  );
  const texts = parts.map(({ text }) => (typeof text === "string" ? text : "")).join("");
  return { role: sentRole(role), content: texts, parts, ...kept };
}

function renderedMessages(message: JsonObject, params: JsonObject): readonly ChatMessage[] {
  const read = readChatMessage(message);
  const { role, content } = read;
  if (role === historyRole && typeof content === "string") return historyOf(content, params);
  if (typeof content === "string")
    return [{ ...read, role: sentRole(role), content: filled(content, params) }];
  const parts = content?.map((part) =>
    typeof part["text"] === "string" ? { ...part, text: filled(part["text"], params) } : part,
  );
  return [{ ...read, role: sentRole(role), content: parts ?? null }];
}

/** The messages of all variables named in the message, in order. */
function historyOf(content: string, params: JsonObject): readonly ChatMessage[] {
  return Array.from(content.matchAll(written), ([, , name = ""]) => params[name]).flatMap((value) =>
    isMessageList(value)
      ? value.map(readChatMessage).map((message) => ({ ...message, role: sentRole(message.role) }))
      : [],
  );
}

/** Libretto uses `ai` where OpenAI uses `assistant`. */
function sentRole(role: string): string {
  return role === "ai" ? "assistant" : role;
}
