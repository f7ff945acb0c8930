import { constants, existsSync, lstatSync, readdirSync } from "node:fs";
import { copyFile, link, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { temporaryBeside, temporaryFile } from "../../disk/create-new.ts";
import { errnoOf, hasNoLinks } from "../../disk/file-error.ts";
import { isOwnFile, promptFile } from "./layout.ts";
import { existingFolder, makeFolders } from "./prompt-folder.ts";
import { promptIdIn } from "./prompt-id.ts";
import { syncFolder } from "./write-text.ts";

/**
 * Moves a prompt's own files, from whatever step a killed writer left it at. The versions appear at their
 * new place first, where no reader counts them without `prompt.yaml`; that one moves in a single step, and
 * what is left at the old place is then no prompt any more. Prompts in folders below stay where they are.
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

/** Deletes a prompt's own files, `prompt.yaml` first: from then on it is not there for any reader. */
export async function finishDeletion(directory: string, id: string, from: string): Promise<void> {
  const folder = existingFolder(directory, from);
  if (folder === undefined) return;
  if (promptIdIn(folder, directory) === id) {
    await rm(promptFile(folder));
    await syncFolder(folder);
  }
  await clearFolder(directory, folder);
}

/** Takes away what a move that was given up had put at its new place. */
export async function undoMove(directory: string, { to }: { readonly to?: string }): Promise<void> {
  const target = to === undefined ? undefined : existingFolder(directory, to);
  if (target !== undefined) await clearFolder(directory, target);
}

/** Removes what is left of a prompt that is gone, and the folders that are empty then. */
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

/** Temporary files are a dead writer's: the one that moves or deletes holds the lock. */
function ownFiles(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => isOwnFile(name) || temporaryFile.test(name));
}

/** A second name for a file, or a copy on disks that know none; one that is there already was put before. */
async function putCopy(file: string, target: string): Promise<void> {
  if (existsSync(target)) return;
  // A link would be resolved from another folder than before.
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
