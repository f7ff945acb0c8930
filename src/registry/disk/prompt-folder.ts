import { mkdirSync, readdirSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ConflictError, RegistryError } from "../../core/errors.ts";
import { ensureFolder } from "../../disk/ensure-folder.ts";
import { foldedName } from "../prompt-path.ts";
import { errnoOf, readError, writeError } from "./disk-error.ts";
import { isInside } from "./read-text.ts";
import { syncFolder } from "./write-text.ts";

/** The folder of a prompt; undefined if missing. Throws RegistryError if a link leads outside. */
export function existingFolder(root: string, path: string): string | undefined {
  const folder = join(root, ...path.split("/"));
  try {
    if (isInside(folder, root)) return folder;
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") return undefined;
    throw readError(error, folder);
  }
  throw new RegistryError(`${folder} is outside the registry, behind a link`, { hint: "remove the link" });
}

/**
 * Creates the folders of a new prompt; returns the created ones, outermost first. Throws ConflictError if an
 * existing folder differs only by case.
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

/** Creates the registry folder; removes it if the work fails before anything is written. */
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

/** Undoes `makeFolders`, except for folders that are no longer empty. */
export async function removeFolders(made: readonly string[]): Promise<void> {
  for (const folder of made.toReversed()) await rmdir(folder).catch(() => undefined);
}

/** False if the folder existed. */
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
  throw new ConflictError(`prompt path "${path}" differs only by case from the existing "${twin}"`, {
    hint: "use the same spelling, or another name",
  });
}
