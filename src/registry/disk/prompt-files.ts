import { constants, existsSync, lstatSync, readdirSync } from "node:fs";
import { copyFile, link, open, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { RegistryError } from "../../core/errors.ts";
import { temporaryBeside, temporaryFile } from "../../disk/create-new.ts";
import { errnoOf, hasNoLinks } from "../../disk/file-error.ts";
import { renderPromptFile } from "../../formats/prompt-file/render-prompt-file.ts";
import { renderDeploymentLine } from "../records/deployment-lines.ts";
import { parsePromptYaml, renderPromptYaml } from "../records/prompt-yaml.ts";
import { renderVersionYaml } from "../records/version-yaml.ts";
import type { WholePrompt } from "../registry-storage.ts";
import { detailsFile, isOwnFile, logFile, promptFile, recordFile } from "./layout.ts";
import { existingFolder, makeFolders } from "./prompt-folder.ts";
import { readText } from "./read-text.ts";
import { replaceText, syncFolder } from "./write-text.ts";

/**
 * Moves a prompt's files, continuing after any interrupted step. Versions are linked to the new place first,
 * where readers ignore them without `prompt.yaml`. That file moves in one step; the leftovers at the old
 * place are then no prompt. Prompts in subfolders stay.
 */
export async function finishMove(directory: string, id: string, from: string, to: string): Promise<void> {
  const source = existingFolder(directory, from);
  if (source === undefined) return;
  const isAtSource = promptIdIn(source, directory) === id;
  const target = join(directory, ...to.split("/"));
  if (isAtSource && !existsSync(promptFile(target))) {
    await makeFolders(directory, to);
    for (const name of readdirSync(source).filter((name) => isOwnFile(name) && name !== "prompt.yaml")) {
      await putCopy(join(source, name), join(target, name));
    }
    await syncFolder(target);
    await rename(promptFile(source), promptFile(target));
    await syncFolder(target);
    await syncFolder(source);
  }
  if (promptIdIn(target, directory) === id) await clearFolder(directory, source);
}

/** Deletes a prompt's files, `prompt.yaml` first, which hides it from readers. */
export async function finishDeletion(directory: string, id: string, from: string): Promise<void> {
  const folder = existingFolder(directory, from);
  if (folder === undefined) return;
  if (promptIdIn(folder, directory) === id) {
    await rm(promptFile(folder));
    await syncFolder(folder);
  }
  await clearFolder(directory, folder);
}

/** Removes the files that an abandoned move created. */
export async function undoMove(directory: string, { to }: { readonly to?: string }): Promise<void> {
  const target = to === undefined ? undefined : existingFolder(directory, to);
  if (target !== undefined) await clearFolder(directory, target);
}

/** Removes leftovers of a deleted prompt and the folders that become empty. */
async function clearFolder(directory: string, folder: string): Promise<void> {
  if (existsSync(promptFile(folder))) return;
  for (const name of ownFiles(folder)) await rm(join(folder, name), { force: true });
  await syncFolder(folder);
  for (let empty = folder; relative(directory, empty) !== ""; empty = dirname(empty)) {
    try {
      await rmdir(empty);
    } catch (error) {
      if (["ENOTEMPTY", "EEXIST", "ENOENT", "EBUSY", "EPERM"].includes(errnoOf(error) ?? "")) return;
      throw error;
    }
    await syncFolder(dirname(empty));
  }
}

/** Temporary files belong to dead writers, because the caller holds the lock. */
function ownFiles(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => isOwnFile(name) || temporaryFile.test(name));
}

/** Hard-links a file, or copies it where links are unsupported; skips existing files. */
async function putCopy(file: string, target: string): Promise<void> {
  if (existsSync(target)) return;
  // A relative link would change its target.
  if (!lstatSync(file).isSymbolicLink()) {
    try {
      return await link(file, target);
    } catch (error) {
      if (!hasNoLinks(error)) throw error;
    }
  }
  const temporary = temporaryBeside(target);
  try {
    await copyFile(file, temporary, constants.COPYFILE_EXCL);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Writes a prompt's files, `prompt.yaml` last: readers ignore the others without it. */
export async function putPrompt(directory: string, path: string, whole: WholePrompt): Promise<void> {
  const { prompt, versions, deployments } = whole;
  await makeFolders(directory, path);
  const folder = join(directory, ...path.split("/"));
  for (const { record, details } of versions) {
    if (details !== undefined) await put(detailsFile(folder, record.version), renderPromptFile(details));
    await put(recordFile(folder, record.version), renderVersionYaml(record));
  }
  if (deployments.length > 0) await put(logFile(folder), deployments.map(renderDeploymentLine).join(""));
  await syncFolder(folder);
  await replaceText(promptFile(folder), renderPromptYaml(prompt));
}

async function put(file: string, text: string): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The id in a folder's `prompt.yaml`; undefined if missing or unreadable. */
export function promptIdIn(folder: string, directory: string): string | undefined {
  const file = promptFile(folder);
  try {
    const text = readText(file, directory);
    return text === undefined ? undefined : parsePromptYaml(text, file).id;
  } catch (error) {
    if (error instanceof RegistryError) return undefined;
    throw error;
  }
}
