import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { errnoOf } from "./file-error.ts";

/**
 * Makes a folder and those above it, where they are not there, as `makeFolder` without waiting for the disk.
 * Node's own recursive mkdir never comes back from where the system makes no folders (`/proc`): its thread runs
 * on for good, which no time limit would end. Rejects with the system's error.
 */
export async function ensureFolder(folder: string): Promise<void> {
  try {
    await makeOne(folder);
  } catch (error) {
    const parent = dirname(folder);
    if (errnoOf(error) !== "ENOENT" || parent === folder || (await isFolder(parent))) throw error;
    await ensureFolder(parent);
    await makeOne(folder);
  }
}

async function makeOne(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (!(await isFolder(folder))) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
