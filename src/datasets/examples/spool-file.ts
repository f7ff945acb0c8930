import { randomUUID } from "node:crypto";
import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { StoreError } from "../../core/errors.ts";

const bufferBytes = 1024 * 1024;
const prefix = "dao-opt-rows-";
export const spoolName = new RegExp(`^${prefix}[0-9a-f-]{36}$`);

export interface TextSpan {
  readonly offset: number;
  readonly bytes: number;
}

/** A temporary file of texts, written once and read in any order. All methods throw StoreError. */
export interface SpoolFile {
  append(text: string): TextSpan;
  read(span: TextSpan): string;
  close(): void;
}

/**
 * Opens a spool in `directory`, readable only by this user. Where the system allows it, the name is removed
 * at once, so that the file disappears with the process however it ends.
 */
export function openSpoolFile(directory: string): SpoolFile {
  const path = join(directory, `${prefix}${randomUUID()}`);
  const descriptor = attempt(path, () => openSync(path, "wx+", 0o600));
  const isUnlinked = tryUnlink(path);
  const buffer = Buffer.allocUnsafe(bufferBytes);
  let buffered = 0;
  let written = 0;
  let isOpen = true;

  const write = (bytes: Buffer): void => {
    for (let done = 0; done < bytes.length; ) {
      done += attempt(path, () => writeSync(descriptor, bytes, done, bytes.length - done, written + done));
    }
    written += bytes.length;
  };
  const flush = (): void => {
    write(buffer.subarray(0, buffered));
    buffered = 0;
  };

  return {
    append(text) {
      const bytes = Buffer.byteLength(text);
      if (buffered + bytes > bufferBytes) flush();
      const offset = written + buffered;
      if (bytes > bufferBytes) write(Buffer.from(text));
      else buffered += buffer.write(text, buffered);
      return { offset, bytes };
    },
    read({ offset, bytes }) {
      if (!isOpen) throw new StoreError("a row of a large data file was read after the dataset was closed");
      if (offset + bytes > written) flush();
      const target = Buffer.allocUnsafe(bytes);
      let done = 0;
      while (done < bytes) {
        const got = attempt(path, () => readSync(descriptor, target, done, bytes - done, offset + done));
        if (got === 0) throw new StoreError(`the temporary file ${path} is truncated`);
        done += got;
      }
      return target.toString();
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      closeSync(descriptor);
      if (!isUnlinked) tryUnlink(path);
    },
  };
}

/** Returns false on systems that keep the name of an open file. */
function tryUnlink(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}

function attempt<Result>(path: string, step: () => Result): Result {
  try {
    return step();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError(`the rows of a large data file cannot be stored in ${path}: ${reason}`, {
      cause,
      hint: "free some space there, or set TMPDIR to a folder with more space",
    });
  }
}
