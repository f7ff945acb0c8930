import { link as linkFile, writeFile } from "node:fs/promises";
import { errnoOf, hasNoLinks } from "./file-error.ts";

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
