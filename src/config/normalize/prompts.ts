import { defined } from "../../core/defined.ts";
import { fromSingleBraces, textFromSingleBraces } from "../../core/template/single-brace.ts";
import type { FileTemplate } from "../../formats/prompt-file/parse-template-file.ts";
import type { PromptConfig } from "../config.ts";
import type { ConfigReferences } from "../config-references.ts";
import type { Problems } from "../problems.ts";
import type { Declared } from "../references.ts";
import type { WrittenPrompt, WrittenTemplate } from "../schema/prompt.ts";
import { normalizeTemplate } from "./templates.ts";

/** A prompt as written → its path in the registry, its template, its contract. */
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
  const tags = Object.entries(written.tags).map(([name, value]) => [name, String(value)] as const);
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

/** The template, and the keys under the prompt that lead to it. */
function templateOf(written: WrittenPrompt): {
  place: readonly string[];
  template: WrittenTemplate | undefined;
} {
  if (written.default_template !== undefined)
    return { place: ["default_template"], template: written.default_template };
  if (written.template !== undefined) return { place: ["template"], template: written.template };
  return { place: [], template: written.file === undefined ? undefined : { file: written.file } };
}

/** The config decides; where it names no language, a `.prompt` file brings its own. */
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
