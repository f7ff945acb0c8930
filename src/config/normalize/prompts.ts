import type { PromptConfig } from "../config.ts";
import { defined } from "../defined.ts";
import type { Problems } from "../problems.ts";
import type { PromptFile } from "../schema/prompt.ts";
import type { Declared } from "../shelf.ts";
import type { Shelves } from "../shelves.ts";
import { normalizeTemplate } from "./templates.ts";

/** A prompt as written → its path in the registry, its template, its contract. */
export async function normalizePrompt(
  { key, path, written }: Declared<PromptFile>,
  shelves: Shelves,
  directory: string,
  problems: Problems,
): Promise<PromptConfig> {
  const field = written.default_template === undefined ? "template" : "default_template";
  const template = written.default_template ?? written.template;
  const tags = Object.entries(written.tags).map(([name, value]) => [name, String(value)] as const);
  return defined({
    key,
    path: [...foldersOf(written, path, shelves), written.name ?? key].join("/"),
    description: written.description,
    template: template && (await normalizeTemplate(template, directory, [...path, field], problems)),
    templateLanguage: written.template_language,
    version: written.version,
    alias: written.alias,
    locked: written.locked,
    maxPromptTokens: written.max_prompt_tokens,
    tags: Object.fromEntries(tags),
  });
}

function foldersOf(written: PromptFile, path: readonly string[], { schema }: Shelves): readonly string[] {
  if (written.schema === undefined) return [];
  const found = schema.things.get(schema.resolve(written.schema, [...path, "schema"]))?.written;
  return found === undefined ? [] : [found.catalog_name, found.schema_name];
}
