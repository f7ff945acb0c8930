import { closeSync, fchmodSync, fsyncSync, openSync, statSync, writeSync } from "node:fs";
import { open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { StoreError } from "../../core/errors.ts";
import { ensureFolder } from "../../disk/ensure-folder.ts";
import { errnoOf } from "../../disk/file-error.ts";
import { temporaryBeside, temporaryFile } from "../../disk/temporary-beside.ts";
import { spoolName } from "../examples/spool-file.ts";

const bufferBytes = 1024 * 1024;

/** A file written beside another one, which it replaces whole or not at all. */
export interface ReplacementFile {
  write(bytes: Buffer | string): void;
  /** Puts it in the other one's place, on the disk for good. */
  commit(): Promise<void>;
  /** Leaves the other one as it was. */
  discard(): Promise<void>;
}

/**
 * Opens a temporary file beside `file`, with the mode that the file has; `newMode`, less the umask, is that of one
 * which is not there yet. All methods throw or reject with what the file system says.
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

/** Removes what writers that died left beside a file. Its caller makes sure that no other one writes. */
export async function sweepReplacements(file: string): Promise<void> {
  const length = basename(temporaryBeside(file)).length;
  for (const name of await readdir(dirname(file))) {
    const isOfFile = name.startsWith(`.${basename(file)}.`) && name.length === length;
    if (isOfFile && temporaryFile.test(name)) await rm(join(dirname(file), name), { force: true });
    // A spool loses its name as soon as it is open: one that still has it belongs to nobody.
    if (spoolName.test(name)) await rm(join(dirname(file), name)).catch(() => undefined);
  }
}

/** Makes a folder's entries outlast a lost power supply. Systems that cannot (Windows) are left to themselves. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  if (handle === undefined) return;
  await handle
    .sync()
    .catch(() => undefined)
    .finally(() => handle.close());
}

/**
 * Writes a file piece by piece; it is there whole at the end, or as it was. Rejects with StoreError when the
 * disk refuses, and with whatever the work does.
 */
export async function writeWhole<T>(
  file: string,
  work: (write: (text: string) => void) => Promise<T>,
): Promise<T> {
  try {
    await ensureFolder(dirname(file));
    const target = openReplacement(file);
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
  ENOTDIR: ["a file stands where a folder is needed", "move that file, or name another folder with --state"],
  EEXIST: ["a file stands where a folder is needed", "move that file, or name another folder with --state"],
  EISDIR: ["a folder stands where a file is needed", "move that folder away"],
};

/** A file system's refusal to write a dataset, in words; an error that is none comes back as it is. */
export function writeFailure(error: unknown, file: string): unknown {
  const code = errnoOf(error);
  if (code === undefined) return error;
  const [reason, hint] = reasons[code] ?? [code, undefined];
  return new StoreError(`${file} cannot be written: ${reason}`, { hint, cause: error });
}

/** As `writeFailure`, where the refusal may have met the spool, which has put it in words of its own. */
export function mergeFailure(error: unknown, file: string): unknown {
  const isSpools = error instanceof StoreError && errnoOf(error.cause) !== undefined;
  return writeFailure(isSpools ? error.cause : error, file);
}
