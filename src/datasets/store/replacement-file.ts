import { closeSync, fchmodSync, fsyncSync, openSync, statSync, writeSync } from "node:fs";
import { open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { temporaryBeside, temporaryFile } from "../../disk/create-new.ts";
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
