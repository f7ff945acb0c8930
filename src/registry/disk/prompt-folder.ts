import { mkdirSync, readdirSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ConflictError, RegistryError } from "../../core/errors.ts";
import { ensureFolder } from "../../disk/ensure-folder.ts";
import { foldedName } from "../prompt-path.ts";
import { errnoOf, readError, writeError } from "./disk-error.ts";
import { isInside } from "./read-text.ts";
import { syncFolder } from "./write-text.ts";

/** The folder of a prompt, or undefined when it is not there. Throws RegistryError when a link leads out. */
export function existingFolder(root: string, path: string): string | undefined {
  const folder = join(root, ...path.split("/"));
  try {
    if (isInside(folder, root)) return folder;
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") return undefined;
    throw readError(error, folder);
  }
  throw new RegistryError(`${folder} leads out of the registry through a link`, { hint: "remove the link" });
}

/**
 * Makes the folders of a new prompt and returns those that were not there, outermost first. Throws
 * ConflictError when one there differs only by case: on some disks they would be one.
 */
export async function makeFolders(root: string, path: string): Promise<readonly string[]> {
  const made: string[] = [];
  try {
    await ensureFolder(root);
    let folder = root;
    for (const [at, segment] of path.split("/").entries()) {
      refuseTwin(folder, segment, path);
      folder = join(folder, segment);
      if (isMade(folder)) {
        made.push(folder);
        await syncFolder(dirname(folder));
      }
      existingFolder(
        root,
        path
          .split("/")
          .slice(0, at + 1)
          .join("/"),
      );
    }
    return made;
  } catch (error) {
    await removeFolders(made);
    throw writeError(error, join(root, ...path.split("/")));
  }
}

/** Makes the registry's own folder, and undoes that when the work fails before anything is in it. */
export async function inMadeRoot<T>(root: string, work: () => Promise<T>): Promise<T> {
  const outermost = await ensureFolder(root);
  try {
    return await work();
  } catch (error) {
    const made: string[] = [];
    for (
      let folder = root;
      outermost !== undefined && folder.startsWith(outermost);
      folder = dirname(folder)
    ) {
      made.unshift(folder);
    }
    await removeFolders(made);
    throw error;
  }
}

/** Undoes `makeFolders`; a folder that is no longer empty stays. */
export async function removeFolders(made: readonly string[]): Promise<void> {
  for (const folder of made.toReversed()) await rmdir(folder).catch(() => undefined);
}

/** False for a folder that was there. */
function isMade(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
    readdirSync(folder);
    return false;
  }
}

function refuseTwin(folder: string, segment: string, path: string): void {
  const twin = readdirSync(folder).find(
    (name) => name !== segment && foldedName(name) === foldedName(segment),
  );
  if (twin === undefined) return;
  throw new ConflictError(
    `prompt path "${path}" differs only by case from "${twin}", which is there already`,
    {
      hint: "use the same spelling, or another name",
    },
  );
}
