import { isJsonObject, type JsonValue } from "../../core/data/json.ts";
import type { Template, TemplateLanguage } from "../../core/prompt/prompt.ts";
import { templateFromJson } from "../../core/prompt/template-json.ts";
import { splitPromptFile } from "../prompt-file/front-matter.ts";
import { hasHumanloopTags, parseHumanloopBody } from "../prompt-file/humanloop-tags.ts";
import { parseMessageTags, startsWithTag } from "../prompt-file/message-tags.ts";
import {
  type PromptFile,
  type PromptWarning,
  parsePromptFile,
  parsePromptKeys,
  promptFileFromKeys,
} from "../prompt-file/parse-prompt-file.ts";
import { parseYaml } from "../yaml/parse-yaml.ts";
import { liftComments, readForeignPrompt } from "./read-foreign-prompt.ts";
import { startsWithRoleLine } from "./role-headings.ts";

/** The template in a file, and the language that its front matter names. */
export interface FileTemplate {
  readonly template: Template;
  readonly templateLanguage?: TemplateLanguage;
  /** Of a prompt of another tool: what was left out. */
  readonly warnings?: readonly PromptWarning[];
}

/**
 * Reads a template file of a config. A `.prompt` file is parsed as in the registry, and prompt files of other tools
 * are read as such. In other text files only the outer form is recognized: front matter that is a map is skipped,
 * and a body of `<system>`, `<user>` … messages becomes a list of messages. Everything else is the template, byte
 * for byte. Throws ConfigError with every mistake of a prompt file and its place.
 */
export function parseTemplateFile(text: string, file: string): FileTemplate {
  const foreign = foreignPrompt(text, file);
  if (foreign !== undefined) {
    const { template, templateLanguage, warnings = [] } = foreign;
    return { template, templateLanguage, ...(warnings.length === 0 ? {} : { warnings }) };
  }
  if (/\.prompt$/i.test(file)) {
    const { template, templateLanguage, warnings } = ownPrompt(text, file);
    return { template, templateLanguage, ...(warnings === undefined ? {} : { warnings }) };
  }
  const { frontMatter, body } = splitPromptFile(text);
  if (frontMatter !== undefined && isMap(frontMatter)) return { template: messagesOf(body) ?? body };
  const whole = text.replace(/^\uFEFF/, "");
  return { template: messagesOf(whole) ?? whole };
}

function foreignPrompt(text: string, file: string): PromptFile | undefined {
  const foreign = readForeignPrompt(text, file);
  if (foreign === undefined) return undefined;
  const { keys, name, warnings } = foreign;
  return {
    ...promptFileFromKeys(keys, file),
    ...(name === undefined ? {} : { name }),
    warnings: warnings.map(({ line, message, hint }) => ({
      file,
      message: hint === undefined ? message : `${message}; ${hint}`,
      ...(line === undefined ? {} : { line }),
    })),
  };
}

/** A `.prompt` file that a user wrote, perhaps with Humanloop's tags or with comments above it. */
function ownPrompt(text: string, file: string): PromptFile {
  const own = parsePromptFile(liftComments(text, file), file, { hasHumanloopTags: true });
  if (typeof own.template !== "string" || !startsWithRoleLine(own.template)) return own;
  const message =
    "lines such as `system:` are text in this form; write <system> … </system>, or name the file .md or .prompty";
  return { ...own, warnings: [{ file, message }] };
}

function isMap(frontMatter: string): boolean {
  const { value, problems } = parseYaml(frontMatter);
  return problems.length === 0 && (value === null || isJsonObject(value as JsonValue));
}

function messagesOf(body: string): Template | undefined {
  if (!startsWithTag(body)) return undefined;
  if (hasHumanloopTags(body)) {
    const { template, problems } = parseHumanloopBody(body);
    if (problems.length === 0 && typeof template !== "string") return templateFromJson(template);
  }
  const { messages, problems } = parseMessageTags(body);
  return problems.length === 0 ? messages : undefined;
}

/**
 * Parses a prompt that a user wrote: a `.prompt` file, the same keys as YAML or JSON with the text under
 * `template`, or a prompt file of another tool. The file's extension decides; without one (standard input), the start of the text does. Throws
 * ConfigError with every mistake and its place.
 */
export function readPromptInput(text: string, file: string): PromptFile {
  const foreign = foreignPrompt(text, file);
  if (foreign !== undefined) return foreign;
  const isKeys = /\.(?:json|ya?ml)$/i.test(file) || (!/\.prompt$/i.test(file) && looksLikeKeys(text));
  return isKeys ? parsePromptKeys(text.replace(/^\uFEFF/, ""), file) : ownPrompt(text, file);
}

/** JSON, or YAML whose first key is a prompt's. */
function looksLikeKeys(text: string): boolean {
  const start = text.replace(/^\uFEFF/, "").replace(/^(?:[ \t]*(?:#.*)?\r?\n)*/, "");
  if (/^---[ \t]*\r?\n/.test(start) && /\n---[ \t]*(?:\r?\n|$)/.test(start.slice(3))) return false;
  if (startsWithTag(start)) return false;
  const first = start.replace(/^---[ \t]*\r?\n/, "");
  return /^\{\s*"/.test(first) || /^(?:model|template|path|provider|endpoint|temperature)[ \t]*:/.test(first);
}
