import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { errnoOf } from "./file-error.ts";

/** Mode of files with prompts and answers: only the owner may read them. */
export const privateFile = 0o600;
/** Mode of the folders of such files. */
export const privateFolder = 0o700;

/** Attempts for one folder, since other processes may create or remove its parent meanwhile. */
const attempts = 3;

/**
 * Creates a folder and its missing parents. Resolves to the outermost created folder, or undefined if the
 * folder existed. Node's recursive mkdir hangs its thread where the system creates no folders (`/proc`), and no
 * time limit ends that. `mode` applies to every created folder, minus the umask. Rejects with the system's
 * error.
 */
export function ensureFolder(folder: string, mode?: number): Promise<string | undefined> {
  return ensure(folder, mode, attempts);
}

async function ensure(folder: string, mode: number | undefined, left: number): Promise<string | undefined> {
  try {
    return await makeOne(folder, mode);
  } catch (error) {
    const parent = dirname(folder);
    if (errnoOf(error) !== "ENOENT" || parent === folder || left === 1) throw error;
    // The parent may exist by now: another process created it after the attempt.
    const outermost = (await isFolder(parent)) ? undefined : await ensureFolder(parent, mode);
    const made = await ensure(folder, mode, left - 1);
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
