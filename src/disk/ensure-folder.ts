import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { errnoOf } from "./file-error.ts";

/** Of files that hold what people asked and models answered: their owner's alone. */
export const privateFile = 0o600;
/** Of the folders of such files. */
export const privateFolder = 0o700;

/**
 * Makes a folder and every one above it that is missing; resolves to the outermost it made, undefined when the
 * folder was there. Node's own recursive mkdir never comes back from where the system makes no folders (`/proc`):
 * its thread runs on for good, which no time limit would end. `mode` is that of every folder it makes, less the
 * umask. Rejects with the system's error.
 */
export async function ensureFolder(folder: string, mode?: number): Promise<string | undefined> {
  try {
    return await makeOne(folder, mode);
  } catch (error) {
    const parent = dirname(folder);
    if (errnoOf(error) !== "ENOENT" || parent === folder || (await isFolder(parent))) throw error;
    const outermost = await ensureFolder(parent, mode);
    // Asked as before: another process, failing, may have taken the folder above away again.
    const made = await ensureFolder(folder, mode);
    return outermost ?? made;
  }
}

async function makeOne(folder: string, mode: number | undefined): Promise<string | undefined> {
  try {
    await mkdir(folder, { mode });
    return folder;
  } catch (error) {
    if (await isFolder(folder)) return undefined;
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
