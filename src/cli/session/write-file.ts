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
  ENOTDIR: "a file stands where a folder is needed",
  ENOENT: "its folder is not there",
};

/** Adds to a file that a flag or the environment names. Rejects with StoreError. */
export async function appendOutput(path: string, text: string): Promise<void> {
  await told(path, () => appendFile(path, text));
}

/** Writes a file and makes the folders above it. Rejects with StoreError. */
export async function writeBelow(path: string, text: string): Promise<void> {
  await told(path, async () => {
    await ensureFolder(dirname(path));
    await writeFile(path, text);
  });
}

async function told(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw cannotWrite(path, cause as NodeJS.ErrnoException);
  }
}

/** What kept a file from being written, in words. */
export function cannotWrite(path: string, cause: NodeJS.ErrnoException): StoreError {
  const reason = causes[cause.code ?? ""] ?? cause.message;
  return new StoreError(`${path} cannot be written: ${reason}`, {
    hint: "make room for it, or name another place",
    cause,
  });
}
