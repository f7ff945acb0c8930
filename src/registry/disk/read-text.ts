import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { sep } from "node:path";
import { RegistryError } from "../../core/errors.ts";
import { maxFileBytes } from "../../formats/yaml/parse-yaml.ts";
import { errnoOf, readError } from "./disk-error.ts";

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** About half a million lines of 200 bytes. */
const maxLogBytes = 100_000_000;

/**
 * Reads a registry file; undefined if missing. Reads small files synchronously, which makes lists of ten
 * thousand prompts three times faster. Throws RegistryError for links to the outside, special files, invalid
 * UTF-8 or too large files.
 */
export function readText(file: string, directory: string, limit = maxFileBytes): string | undefined {
  let handle: number | undefined;
  try {
    handle = open(file, directory);
    const { size } = checkFile(handle, file, limit);
    return decode(readAll(handle, size), file);
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || (errnoOf(error) === "ENOTDIR" && handle === undefined))
      return undefined;
    throw readError(error, file);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

export function readLog(file: string, directory: string): string | undefined {
  return readText(file, directory, maxLogBytes);
}

function open(file: string, directory: string): number {
  try {
    return openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (errnoOf(error) !== "ELOOP") throw error;
    if (isInside(file, directory)) return openSync(file, O_RDONLY | O_NONBLOCK);
    throw new RegistryError(`${file} is a link to a file outside the registry`, {
      hint: "replace it with the file",
    });
  }
}

function checkFile(handle: number, file: string, limit: number) {
  const found = fstatSync(handle);
  if (!found.isFile())
    throw new RegistryError(`${file} is not a regular file`, { hint: "move it out of the registry" });
  if (found.size <= limit) return found;
  throw new RegistryError(`${file} is larger than ${limit / 1e6} MB`, {
    hint: "restore the file (git checkout)",
  });
}

/** A growing log may end in a partial line, which the reader ignores. */
function readAll(handle: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size + 1);
  let filled = 0;
  for (;;) {
    const count = readSync(handle, bytes, filled, bytes.length - filled, null);
    filled += count;
    if (count === 0 || filled === bytes.length) return bytes.subarray(0, filled);
  }
}

function decode(bytes: Buffer, file: string): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new RegistryError(`${file} is not UTF-8 text`, { hint: "restore the file (git checkout)", cause });
  }
}

/** The real path of the registry, or the given path if it does not exist yet. */
export function realRoot(directory: string): string {
  try {
    return realpathSync.native(directory);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return directory;
    throw readError(error, directory);
  }
}

/** True if a path, with links resolved, is inside the registry. Throws like `realpath`. */
export function isInside(file: string, directory: string): boolean {
  const real = realpathSync.native(file);
  const root = realRoot(directory);
  return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
}
