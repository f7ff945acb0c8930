import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { defined } from "../../core/defined.ts";
import { ConfigError } from "../../core/errors.ts";
import { fromSingleBraces, textFromSingleBraces } from "../../core/template/single-brace.ts";
import { type FileTemplate, parseTemplateFile } from "../../formats/foreign-prompt/read-prompt-input.ts";
import type { PromptConfig } from "../config.ts";
import type { Problems } from "../problems.ts";
import type { ConfigReferences, Declared } from "../references.ts";
import type { WrittenPrompt, WrittenTemplate } from "../schema/prompt.ts";
import type { KeyPath } from "../tree.ts";
import { reasonOf } from "../values/environment.ts";

/** Normalizes a prompt: its path in the registry, its template, its contract. */
export async function normalizePrompt(
  { key, path, written }: Declared<WrittenPrompt>,
  references: ConfigReferences,
  directory: string,
  problems: Problems,
): Promise<PromptConfig> {
  const { place, template } = templateOf(written);
  const read =
    template === undefined
      ? undefined
      : await normalizeTemplate(template, directory, [...path, ...place], problems);
  const isSingle = written.template_language === "single_brace";
  const tags = Object.entries(written.tags).map(([name, value]) => {
    const isNested = typeof value === "object" && value !== null;
    return [name, isNested ? JSON.stringify(value) : String(value)] as const;
  });
  return defined({
    key,
    path: [...foldersOf(written, path, references), written.name ?? key].join("/"),
    description: written.description,
    template: read && (isSingle ? fromSingleBraces(read.template) : read.template),
    templateLanguage: languageOf(written, read),
    version: written.version,
    alias: written.alias,
    locked: isSingle ? written.locked.map(textFromSingleBraces) : written.locked,
    maxPromptTokens: written.max_prompt_tokens,
    tags: Object.fromEntries(tags),
  });
}

/** The template, and its keys under the prompt. */
function templateOf(written: WrittenPrompt): {
  place: readonly string[];
  template: WrittenTemplate | undefined;
} {
  if (written.default_template !== undefined)
    return { place: ["default_template"], template: written.default_template };
  if (written.template !== undefined) return { place: ["template"], template: written.template };
  return { place: [], template: written.file === undefined ? undefined : { file: written.file } };
}

/** The language set in the config, else that of a `.prompt` file. */
function languageOf(
  written: WrittenPrompt,
  read: FileTemplate | undefined,
): PromptConfig["templateLanguage"] {
  if (written.template_language === "single_brace") return "default";
  if (written.template_language !== "default") return written.template_language;
  return read?.templateLanguage ?? "default";
}

function foldersOf(
  written: WrittenPrompt,
  path: readonly string[],
  { schema }: ConfigReferences,
): readonly string[] {
  if (written.schema === undefined) return [];
  const found = schema.things.get(schema.resolve(written.schema, [...path, "schema"]))?.written;
  return found === undefined ? [] : [found.catalog_name, found.schema_name];
}

/**
 * Normalizes a template to a text or messages, reading it from its file if needed. Undefined if it cannot be
 * read.
 */
async function normalizeTemplate(
  written: WrittenTemplate,
  directory: string,
  path: KeyPath,
  problems: Problems,
): Promise<FileTemplate | undefined> {
  if (typeof written === "string" || Array.isArray(written)) return { template: written };
  try {
    const read = parseTemplateFile(await readFile(resolve(directory, written.file), "utf8"), written.file);
    for (const { file, line, message } of read.warnings ?? [])
      problems.warn([...path, "file"], `${file}${line === undefined ? "" : `:${line}`}: ${message}`);
    return read;
  } catch (error) {
    if (error instanceof ConfigError) {
      for (const issue of error.issues) problems.reportElsewhere(issue);
      return undefined;
    }
    const { code } = error as NodeJS.ErrnoException;
    const hint = "the path is relative to this file";
    problems.report([...path, "file"], `${written.file} cannot be read: ${reasonOf(code)}`, hint);
    return undefined;
  }
}
