import { randomBytes } from "node:crypto";
import { link as linkFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { errnoOf, hasNoLinks } from "./file-error.ts";

/** Temporary files of a writer that died are known by this; no reader looks at them. */
export const temporaryFile = /^\..+\.[0-9a-f]{12}\.tmp$/;

/** A name nobody else has, beside the file, so that a rename puts it in the file's place. */
export function temporaryBeside(file: string): string {
  return join(dirname(file), `.${basename(file)}.${randomBytes(6).toString("hex")}.tmp`);
}

/** Is this the name of a temporary file that `temporaryBeside` made for the file? */
export function isTemporaryOf(file: string, name: string): boolean {
  return name.startsWith(`.${basename(file)}.`) && temporaryFile.test(name);
}

/** As `link` of `node:fs/promises`; a file system without hard links refuses it. */
export type LinkFile = (from: string, to: string) => Promise<void>;

/**
 * Gives the file `own` the name `file` where none has it; false where one does. A link appears with its content, the
 * one step that cannot be half done; a file system without links (exFAT, some network mounts) gets an exclusive file,
 * whose content follows at once.
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
