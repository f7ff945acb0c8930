import { existsSync, lstatSync } from "node:fs";
import { dirname } from "node:path";
import { RegistryError, StoreError } from "../../core/errors.ts";
import { errnoOf } from "../../disk/file-error.ts";

export { errnoOf } from "../../disk/file-error.ts";

const writing: Readonly<Record<string, readonly [string, string]>> = {
  ENOSPC: ["the disk is full", "free some space and try again; nothing was registered"],
  EDQUOT: ["the disk quota is used up", "free some space and try again; nothing was registered"],
  EFBIG: [
    "the file would be larger than the system allows",
    "free some space and try again; nothing was registered",
  ],
  EACCES: ["permission denied", "make the registry folder writable or choose another one with --registry"],
  EPERM: ["permission denied", "make the registry folder writable or choose another one with --registry"],
  EROFS: ["the disk is read-only", "choose another folder with --registry"],
  ENOTDIR: ["a parent folder is a file", "move that file, or choose another path"],
  EEXIST: ["a parent folder is a file", "move that file, or choose another path"],
  ELOOP: ["its links form a loop", "remove the links"],
  ENOENT: ["the system does not allow a folder there", "choose another folder with --registry"],
  ENAMETOOLONG: ["the path is too long for this disk", "choose a shorter prompt path"],
};
const reading: Readonly<Record<string, readonly [string, string]>> = {
  EACCES: ["permission denied", "make the registry folder readable"],
  EPERM: ["permission denied", "make the registry folder readable"],
  ENOTDIR: ["a parent folder is a file", "choose another folder with --registry"],
  EISDIR: ["there is a folder in place of the file", "move that folder away"],
  ELOOP: ["its links form a loop", "remove the links"],
};

/** Translates a file system error; other errors are returned unchanged. */
export function readError(error: unknown, file: string): unknown {
  return translated(error, file, "cannot be read", reading);
}

/** Like `readError`, for writes. */
export function writeError(error: unknown, file: string): unknown {
  return translated(error, file, "cannot be written", writing);
}

/**
 * Finds a broken link at the path or its nearest existing parent: its target reads as missing and cannot be
 * created.
 */
export function brokenLink(file: string): string | undefined {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found === undefined) return dirname(file) === file ? undefined : brokenLink(dirname(file));
  const isBroken = found.isSymbolicLink() && !existsSync(file);
  return isBroken ? file : undefined;
}

function translated(error: unknown, file: string, what: string, table: typeof reading): unknown {
  // The lock reports its own timeout.
  if (error instanceof StoreError)
    return new RegistryError(error.message, { hint: error.hint, cause: error });
  const code = errnoOf(error);
  if (code === undefined) return error;
  const link = code === "ENOENT" || code === "EEXIST" ? brokenLink(file) : undefined;
  const [reason, hint] =
    link === undefined
      ? (table[code] ?? [code, undefined])
      : [
          `${link === file ? "it" : link} is a broken link`,
          "create the link's target, remove the link, or choose another folder with --registry",
        ];
  return new RegistryError(`${file} ${what}: ${reason}`, { hint, cause: error });
}
