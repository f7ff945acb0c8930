import { realpathSync } from "node:fs";
import { sep } from "node:path";
import { errnoOf, readError } from "./disk-error.ts";

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
