import { appendFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { StoreError } from "../../core/errors.ts";
import { ensureFolder } from "../../disk/ensure-folder.ts";

const causes: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would grow too large",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  EISDIR: "it is a folder",
  ENOTDIR: "a parent folder is a file",
  ENOENT: "its folder does not exist",
};

/** Appends to a file named by a flag or environment variable. Rejects with StoreError. */
export async function appendOutput(path: string, text: string): Promise<void> {
  await storeErrors(path, () => appendFile(path, text));
}

/** Writes a file and creates its parent folders. Rejects with StoreError. */
export async function writeBelow(path: string, text: string): Promise<void> {
  await storeErrors(path, async () => {
    await ensureFolder(dirname(path));
    await writeFile(path, text);
  });
}

async function storeErrors(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw cannotWrite(path, cause as NodeJS.ErrnoException);
  }
}

/** The error for a failed write. */
export function cannotWrite(path: string, cause: NodeJS.ErrnoException): StoreError {
  const reason = causes[cause.code ?? ""] ?? cause.message;
  return new StoreError(`${path} cannot be written: ${reason}`, {
    hint: "free some space or choose another place",
    cause,
  });
}
