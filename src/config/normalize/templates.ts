import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { isMap, parseDocument } from "yaml";
import type { Template, TemplateMessage } from "../../core/prompt.ts";
import { reasonOf } from "../environment.ts";
import type { Path } from "../path.ts";
import type { Problems } from "../problems.ts";
import type { TemplateFile } from "../schema/prompt.ts";

/** A template as written → text or messages; one in a file is read. */
export async function normalizeTemplate(
  written: TemplateFile,
  directory: string,
  path: Path,
  problems: Problems,
): Promise<Template | undefined> {
  if (typeof written === "string" || Array.isArray(written)) return written;
  const file = resolve(directory, written.file);
  try {
    return parsePromptText(await readFile(file, "utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const hint = "the path is relative to this file";
    problems.report([...path, "file"], `${written.file} cannot be read: ${reasonOf(code)}`, hint);
    return undefined;
  }
}

const frontMatter = /^\uFEFF?---\r?\n(?:([\s\S]*?)\r?\n)?---[ \t]*(?:\r?\n|$)/;
const taggedMessage = /\s*<(system|developer|user|assistant|chat_history)>\r?\n?([\s\S]*?)\r?\n?<\/\1>\s*/y;

/** The template of a `.prompt` text: front matter left out, `<system>`, `<user>` … made messages. */
export function parsePromptText(text: string): Template {
  const front = frontMatter.exec(text);
  const isFront = front !== null && isMap(parseDocument(front[1] ?? "{}").contents);
  const body = isFront ? text.slice(front[0].length) : text;
  const messages: TemplateMessage[] = [];
  taggedMessage.lastIndex = 0;
  while (taggedMessage.lastIndex < body.length) {
    const match = taggedMessage.exec(body);
    if (match === null) return body;
    messages.push({ role: match[1] ?? "", content: match[2] ?? "" });
  }
  return messages.length === 0 ? body : messages;
}
