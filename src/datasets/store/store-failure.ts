import { StoreError } from "../../core/errors.ts";
import { errnoOf } from "../../disk/file-error.ts";

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
