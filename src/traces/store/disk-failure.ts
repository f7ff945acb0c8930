import { isDaoOptError, StoreError, thrownReason } from "../../core/errors.ts";
import { errnoOf } from "../../disk/file-error.ts";

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would grow larger than the system allows",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOTDIR: "a file stands where a folder is needed",
  EEXIST: "a file stands where a folder is needed",
  ENOENT: "the folder is gone, or the system makes none there",
  EMFILE: "too many files are open",
};

/** Why a file could not be used, in words. */
export function failureReason(cause: unknown): string {
  return reasons[errnoOf(cause) ?? ""] ?? thrownReason(cause);
}

/** A file error as one clear sentence with its cure; an error of the family stays as it is. */
export function traceStoreFailure(file: string, cause: unknown): Error {
  if (isDaoOptError(cause)) return cause;
  return new StoreError(`${file}: ${failureReason(cause)}`, {
    hint: "make room or give permission there, or name another folder with --state",
    cause,
  });
}
