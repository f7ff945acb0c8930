import { closeSync, fchmodSync, fsyncSync, openSync, statSync, writeSync } from "node:fs";
import { open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { StoreError } from "../../core/errors.ts";
import { temporaryBeside, temporaryFile } from "../../disk/create-new.ts";
import { ensureFolder, privateFile, privateFolder } from "../../disk/ensure-folder.ts";
import { errnoOf } from "../../disk/file-error.ts";
import { spoolName } from "../examples/spool-file.ts";

const bufferBytes = 1024 * 1024;

/** A file written next to another one, which it replaces whole or not at all. */
export interface ReplacementFile {
  write(bytes: Buffer | string): void;
  /** Replaces the file and syncs it to disk. */
  commit(): Promise<void>;
  /** Leaves the file unchanged. */
  discard(): Promise<void>;
}

/**
 * Opens a temporary file next to `file` with the same mode, or with `newMode` minus the umask if `file` does
 * not exist. All methods throw or reject with errors of the file system.
 */
export function openReplacement(file: string, newMode?: number): ReplacementFile {
  const temporary = temporaryBeside(file);
  const descriptor = openSync(temporary, "wx", newMode);
  const known = statSync(file, { throwIfNoEntry: false });
  if (known !== undefined) fchmodSync(descriptor, known.mode & 0o777);
  const buffer = Buffer.allocUnsafe(bufferBytes);
  let buffered = 0;
  let isOpen = true;

  const put = (bytes: Buffer): void => {
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
  };
  const flush = (): void => {
    put(buffer.subarray(0, buffered));
    buffered = 0;
  };
  const close = (): void => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };

  return {
    write(content) {
      const bytes = typeof content === "string" ? Buffer.from(content) : content;
      if (buffered + bytes.length > bufferBytes) flush();
      if (bytes.length > bufferBytes) put(bytes);
      else buffered += bytes.copy(buffer, buffered);
    },
    async commit() {
      flush();
      fsyncSync(descriptor);
      close();
      await rename(temporary, file);
      await syncFolder(dirname(file));
    },
    async discard() {
      close();
      await rm(temporary, { force: true });
    },
  };
}

/**
 * Removes temporary files of killed writers next to a file. The caller must ensure that no other writer is
 * active.
 */
export async function sweepReplacements(file: string): Promise<void> {
  const length = basename(temporaryBeside(file)).length;
  for (const name of await readdir(dirname(file))) {
    const isOfFile = name.startsWith(`.${basename(file)}.`) && name.length === length;
    if (isOfFile && temporaryFile.test(name)) await rm(join(dirname(file), name), { force: true });
    // An open spool has no name, so a spool with a name is a leftover.
    if (spoolName.test(name)) await rm(join(dirname(file), name)).catch(() => undefined);
  }
}

/** Makes the entries of a folder survive a power failure. Does nothing on systems that cannot (Windows). */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  if (handle === undefined) return;
  await handle
    .sync()
    .catch(() => undefined)
    .finally(() => handle.close());
}

/**
 * Writes a file piece by piece. It is complete at the end, or unchanged. Rejects with StoreError if the file
 * cannot be written, and with any error of `work`. A new private file and its new folders are readable by the
 * owner only.
 */
export async function writeWhole<T>(
  file: string,
  work: (write: (text: string) => void) => Promise<T>,
  { isPrivate = false }: { readonly isPrivate?: boolean } = {},
): Promise<T> {
  try {
    await ensureFolder(dirname(file), isPrivate ? privateFolder : undefined);
    const target = openReplacement(file, isPrivate ? privateFile : undefined);
    try {
      const result = await work(target.write);
      await target.commit();
      return result;
    } finally {
      await target.discard();
    }
  } catch (error) {
    throw writeFailure(error, file);
  }
}

const reasons: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ENOSPC: ["the disk is full", "free some space and try again; nothing was changed"],
  EDQUOT: ["the disk quota is used up", "free some space and try again; nothing was changed"],
  EFBIG: [
    "the file would be larger than the system allows",
    "free some space and try again; nothing was changed",
  ],
  EACCES: ["permission denied", "make the folder writable, or name another one with --state"],
  EPERM: ["permission denied", "make the folder writable, or name another one with --state"],
  EROFS: ["the disk is read-only", "name another folder with --state"],
  ENOTDIR: ["a file exists where a folder is needed", "move that file, or name another folder with --state"],
  EEXIST: ["a file exists where a folder is needed", "move that file, or name another folder with --state"],
  EISDIR: ["a folder exists where a file is needed", "move that folder"],
};

/** Describes an error of the file system on writing a dataset. Other errors are returned unchanged. */
export function writeFailure(error: unknown, file: string): unknown {
  const code = errnoOf(error);
  if (code === undefined) return error;
  const [reason, hint] = reasons[code] ?? [code, undefined];
  return new StoreError(`${file} cannot be written: ${reason}`, { hint, cause: error });
}

/** Like `writeFailure`, and also describes errors of the spool. */
export function mergeFailure(error: unknown, file: string): unknown {
  const isSpools = error instanceof StoreError && errnoOf(error.cause) !== undefined;
  return writeFailure(isSpools ? error.cause : error, file);
}
