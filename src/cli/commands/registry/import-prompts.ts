import type { PromptArchive } from "../../../contracts/registry.ts";
import { isJsonObject, type JsonValue } from "../../../core/data/json.ts";
import { ConfigError, UsageError } from "../../../core/errors.ts";
import { readForeignPrompt } from "../../../formats/foreign-prompt/read-foreign-prompt.ts";
import { readPromptInput } from "../../../formats/foreign-prompt/read-prompt-input.ts";
import type { PromptFile } from "../../../formats/prompt-file/parse-prompt-file.ts";
import { checkValues } from "../../../registry/changes/allowed-values.ts";
import type { RegistryImportReport } from "../../../registry/transfer/open-transfer.ts";
import { missingModel, promptWarning } from "./upsert.ts";

/** A prompt of a file, with the name of the file for messages. */
interface FilePrompt {
  readonly file: string;
  readonly prompt: PromptFile;
}

/**
 * The prompts in a file of another tool, or in a JSON list of such; undefined for other files, for example a registry
 * export. Throws ConfigError if a prompt cannot be read.
 */
export function promptsInFile(text: string, file: string): readonly FilePrompt[] | undefined {
  if (readForeignPrompt(text, file) !== undefined || /\.prompt$/i.test(file))
    return [{ file, prompt: readPromptInput(text, file) }];
  const list = listIn(text).map((item) => JSON.stringify(item));
  const isForeign = list.length > 0 && list.every((item) => readForeignPrompt(item, file) !== undefined);
  if (!isForeign) return undefined;
  return list.map((item, at) => {
    const place = `${file}[${at}]`;
    return { file: place, prompt: readPromptInput(item, place) };
  });
}

/** A list of prompts, or a page of an API: `{data: […]}`. */
function listIn(text: string): readonly JsonValue[] {
  if (!/^\s*[[{]/.test(text)) return [];
  try {
    const value: JsonValue = JSON.parse(text);
    const list = isJsonObject(value) ? value["data"] : value;
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

/** Adds each prompt as a version, in order. Everything is checked before anything is written. */
export async function importPrompts(
  registry: PromptArchive,
  prompts: readonly FilePrompt[],
  path: string | undefined,
): Promise<RegistryImportReport> {
  if (path !== undefined && prompts.length > 1)
    throw new UsageError(`--path names one prompt, but the file has ${prompts.length}`, {
      hint: "remove --path",
    });
  const drafts = prompts.map(({ file, prompt }) => {
    const { model, path: named, name, warnings: _, ...rest } = prompt;
    const target = path ?? named ?? name;
    if (target === undefined)
      throw new UsageError(`${file} has no name`, { hint: "pass --path main/default/classifier" });
    if (model.model === undefined) throw new ConfigError([missingModel(file)]);
    checkValues(model, file);
    return { ...rest, path: target, model: { ...model, model: model.model } };
  });
  const known = new Set<string>();
  const added = new Set<string>();
  const extended = new Set<string>();
  const unchanged = new Set<string>();
  let versions = 0;
  for (const draft of drafts) {
    const { version, isNew } = await registry.upsert(draft);
    const { path: at } = version;
    if (isNew) versions++;
    if (isNew && version.version === 1) added.add(at);
    else if (isNew && !added.has(at)) extended.add(at);
    known.add(at);
  }
  for (const at of known) if (!added.has(at) && !extended.has(at)) unchanged.add(at);
  return {
    added: [...added],
    extended: [...extended],
    unchanged: [...unchanged],
    versions,
    deployments: 0,
    notes: prompts.flatMap(({ prompt }) => (prompt.warnings ?? []).map(promptWarning)),
  };
}
