import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf } from "./file-error.ts";

/**
 * Makes a folder and every one above it that is missing; returns the outermost it made, undefined when the folder
 * was there. Throws the system's error. Node's own recursive mkdir never comes back from where the system makes
 * no folders (`/proc`).
 */
export function makeFolder(folder: string): string | undefined {
  try {
    return makeOne(folder);
  } catch (error) {
    const parent = dirname(folder);
    if (errnoOf(error) !== "ENOENT" || parent === folder || isFolder(parent)) throw error;
    const outermost = makeFolder(parent);
    // Asked as before: another process, failing, may have taken the folder above away again.
    const made = makeFolder(folder);
    return outermost ?? made;
  }
}

function makeOne(folder: string): string | undefined {
  try {
    mkdirSync(folder);
    return folder;
  } catch (error) {
    if (isFolder(folder)) return undefined;
    throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
