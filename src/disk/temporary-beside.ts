import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";

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
