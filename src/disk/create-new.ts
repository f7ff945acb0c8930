import { randomBytes } from "node:crypto";
import { link as linkFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { errnoOf, hasNoLinks } from "./file-error.ts";

/** Matches the temporary files of a writer that died; readers ignore them. */
export const temporaryFile = /^\..+\.[0-9a-f]{12}\.tmp$/;

/** A unique name next to the file, so that a rename replaces the file. */
export function temporaryBeside(file: string): string {
  return join(dirname(file), `.${basename(file)}.${randomBytes(6).toString("hex")}.tmp`);
}

/** Whether `temporaryBeside` made this name for the file. */
export function isTemporaryOf(file: string, name: string): boolean {
  return name.startsWith(`.${basename(file)}.`) && temporaryFile.test(name);
}

/** Like `link` of `node:fs/promises`; fails on file systems without hard links. */
export type LinkFile = (from: string, to: string) => Promise<void>;

/**
 * Gives the file `own` the name `file`; false if that name is taken. A link appears together with its content,
 * as one atomic step. File systems without links (exFAT, some network mounts) get an exclusively created file
 * instead, which is filled right after.
 */
export async function createNew(
  own: string,
  file: string,
  text: string,
  link: LinkFile = linkFile,
): Promise<boolean> {
  try {
    await link(own, file).catch((cause: unknown) => {
      if (!hasNoLinks(cause)) throw cause;
      return writeFile(file, text, { flag: "wx" });
    });
    return true;
  } catch (cause) {
    if (errnoOf(cause) === "EEXIST") return false;
    throw cause;
  }
}
