import type { JsonObject } from "../../core/data/json.ts";
import type { Template } from "../../core/prompt/prompt.ts";
import { type ChatTemplate, historyNames, sentRole } from "./chat-template.ts";
import { type TemplateParams, toRegistrySyntax } from "./template-syntax.ts";

/** Template and variables apart, as datasets and the registry hold them. */
interface RecordedTemplate {
  /** Undefined where their syntax cannot say it; `asWritten` says it always. */
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
  const said = messages.filter((message) => message !== undefined);
  return said.length === messages.length ? said : undefined;
}
