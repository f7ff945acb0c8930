import { existsSync, lstatSync } from "node:fs";
import { dirname } from "node:path";
import { RegistryError, StoreError } from "../../core/errors.ts";
import { errnoOf } from "../../disk/file-error.ts";

export { errnoOf } from "../../disk/file-error.ts";

const writing: Readonly<Record<string, readonly [string, string]>> = {
  ENOSPC: ["the disk is full", "free some space and try again; nothing was filed"],
  EDQUOT: ["the disk quota is used up", "free some space and try again; nothing was filed"],
  EFBIG: [
    "the file would be larger than the system allows",
    "free some space and try again; nothing was filed",
  ],
  EACCES: ["permission denied", "make the registry folder writable, or name another one with --registry"],
  EPERM: ["permission denied", "make the registry folder writable, or name another one with --registry"],
  EROFS: ["the disk is read-only", "name another folder with --registry"],
  ENOTDIR: ["a file stands where a folder is needed", "move that file, or choose another path"],
  EEXIST: ["a file stands where a folder is needed", "move that file, or choose another path"],
  ELOOP: ["its links go round in a circle", "remove the links"],
  ENOENT: ["the system makes no folder there", "name another folder with --registry"],
  ENAMETOOLONG: ["the path is too long for this disk", "choose a shorter prompt path"],
};
const reading: Readonly<Record<string, readonly [string, string]>> = {
  EACCES: ["permission denied", "make the registry folder readable"],
  EPERM: ["permission denied", "make the registry folder readable"],
  ENOTDIR: ["a file stands where a folder is needed", "name another folder with --registry"],
  EISDIR: ["a folder stands where a file is needed", "move that folder away"],
  ELOOP: ["its links go round in a circle", "remove the links"],
};

/** A file system's refusal in words; an error that is none comes back as it is. */
export function readError(error: unknown, file: string): unknown {
  return translated(error, file, "cannot be read", reading);
}

/** As `readError`, for a file or folder that was to be written. */
export function writeError(error: unknown, file: string): unknown {
  return translated(error, file, "cannot be written", writing);
}

/**
 * The link at a path, or at the nearest thing above it that is there, when it leads nowhere: what lies behind it
 * reads like what is not there, and cannot be made.
 */
export function brokenLink(file: string): string | undefined {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found === undefined) return dirname(file) === file ? undefined : brokenLink(dirname(file));
  const isBroken = found.isSymbolicLink() && !existsSync(file);
  return isBroken ? file : undefined;
}

function translated(error: unknown, file: string, what: string, table: typeof reading): unknown {
  // A lock that stays held is told by the lock itself.
  if (error instanceof StoreError)
    return new RegistryError(error.message, { hint: error.hint, cause: error });
  const code = errnoOf(error);
  if (code === undefined) return error;
  const link = code === "ENOENT" || code === "EEXIST" ? brokenLink(file) : undefined;
  const [reason, hint] =
    link === undefined
      ? (table[code] ?? [code, undefined])
      : [
          `${link === file ? "it" : link} is a link that leads nowhere`,
          "make the folder it leads to, or remove the link, or name another one with --registry",
        ];
  return new RegistryError(`${file} ${what}: ${reason}`, { hint, cause: error });
}
