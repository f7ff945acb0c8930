import { isJsonObject, type JsonValue } from "../../core/data/json.ts";
import type { Template, TemplateLanguage } from "../../core/prompt/prompt.ts";
import { parseYaml } from "../yaml/parse-yaml.ts";
import { splitPromptFile } from "./front-matter.ts";
import { parseMessageTags, startsWithTag } from "./message-tags.ts";
import { parsePromptFile } from "./parse-prompt-file.ts";

/** The template that a file holds, and the language its front matter names. */
export interface FileTemplate {
  readonly template: Template;
  readonly templateLanguage?: TemplateLanguage;
}

/**
 * Reads a file that a config names as a template. A `.prompt` file is read as the registry reads it. In any other
 * text file only the outer form is recognized: front matter that is a map is skipped, and a body that consists of
 * `<system>`, `<user>` … messages is a list of messages; everything else is the template, byte for byte.
 * Throws ConfigError with every mistake of a `.prompt` file and its place.
 */
export function parseTemplateFile(text: string, file: string): FileTemplate {
  if (/\.prompt$/i.test(file)) {
    const { template, templateLanguage } = parsePromptFile(text, file);
    return { template, templateLanguage };
  }
  const { frontMatter, body } = splitPromptFile(text);
  if (frontMatter !== undefined && isMap(frontMatter)) return { template: messagesOf(body) ?? body };
  const whole = text.replace(/^\uFEFF/, "");
  return { template: messagesOf(whole) ?? whole };
}

function isMap(frontMatter: string): boolean {
  const { value, problems } = parseYaml(frontMatter);
  return problems.length === 0 && (value === null || isJsonObject(value as JsonValue));
}

function messagesOf(body: string): Template | undefined {
  if (!startsWithTag(body)) return undefined;
  const { messages, problems } = parseMessageTags(body);
  return problems.length === 0 ? messages : undefined;
}
