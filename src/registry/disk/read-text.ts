import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { sep } from "node:path";
import { RegistryError } from "../../core/errors.ts";
import { maxFileBytes } from "../../formats/yaml/parse-yaml.ts";
import { errnoOf, readError } from "./disk-error.ts";

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** A line of `deployments.jsonl` is some 200 bytes: half a million moves. */
const maxLogBytes = 100_000_000;

/**
 * The text of one of the registry's files; undefined when it is not there. Small files are read at once
 * and not in turns: a list of ten thousand prompts takes a third of the time. Throws RegistryError for a
 * link that leads out of the registry, for what is no plain file, no UTF-8, or too large.
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
    throw new RegistryError(`${file} is a link that leads out of the registry`, {
      hint: "replace it by the file",
    });
  }
}

function checkFile(handle: number, file: string, limit: number) {
  const found = fstatSync(handle);
  if (!found.isFile())
    throw new RegistryError(`${file} is no plain file`, { hint: "move it out of the registry" });
  if (found.size <= limit) return found;
  throw new RegistryError(`${file} is larger than ${limit / 1e6} MB`, {
    hint: "restore the file (git checkout)",
  });
}

/** A log that grows meanwhile ends in a part of a line, which its reader leaves out. */
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
    throw new RegistryError(`${file} is no UTF-8 text`, { hint: "restore the file (git checkout)", cause });
  }
}

/** The real path of the registry; as given when it is not there yet. */
export function realRoot(directory: string): string {
  try {
    return realpathSync.native(directory);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return directory;
    throw readError(error, directory);
  }
}

/** Does a file or folder, its links followed, lie in the registry? Throws as `realpath` does. */
export function isInside(file: string, directory: string): boolean {
  const real = realpathSync.native(file);
  const root = realRoot(directory);
  return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
}
