import { writeSync } from "node:fs";
import { StoreError } from "../../core/errors.ts";

const hints: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full: free some space, then continue with --resume; no answers are lost",
  EDQUOT: "your quota is used up: free some space, then continue with --resume; no answers are lost",
  EACCES: "the folder cannot be written: check its permissions or choose another with --state",
  EPERM: "the folder cannot be written: check its permissions or choose another with --state",
  EROFS: "the file system is read-only: choose another folder with --state",
  ENOTDIR: "a file is in the place of a folder: choose another folder with --state",
  EMFILE: "this process has too many files open: raise `ulimit -n`, or lower -j",
  ENFILE: "the system has too many files open: close other programs, or lower -j",
  ENOENT: "the folder was deleted during the run, and answers since then are lost; start a fresh run",
  EEXIST: "a file is in the place of a folder: choose another folder with --state",
};

/** Converts a file error to a StoreError with a hint. */
export function storeFailure(file: string, cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  return new StoreError(`${file}: ${message}`, { hint: code === undefined ? undefined : hints[code], cause });
}

/** Writes a complete text. A nearly full disk accepts only a part; the error comes with the rest. */
export function writeAll(handle: number, text: string): void {
  let done = writeSync(handle, text);
  if (done === Buffer.byteLength(text)) return;
  const bytes = Buffer.from(text);
  while (done < bytes.length) done += writeSync(handle, bytes, done);
}
