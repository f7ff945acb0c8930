import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ConfigError } from "../../core/errors.ts";
import { type FileTemplate, parseTemplateFile } from "../../formats/prompt-file/parse-template-file.ts";
import type { KeyPath } from "../key-path.ts";
import type { Problems } from "../problems.ts";
import type { WrittenTemplate } from "../schema/prompt.ts";
import { reasonOf } from "../values/environment.ts";

/** A template as written → text or messages; one in a file is read. Undefined when it cannot be read. */
export async function normalizeTemplate(
  written: WrittenTemplate,
  directory: string,
  path: KeyPath,
  problems: Problems,
): Promise<FileTemplate | undefined> {
  if (typeof written === "string" || Array.isArray(written)) return { template: written };
  try {
    return parseTemplateFile(await readFile(resolve(directory, written.file), "utf8"), written.file);
  } catch (error) {
    if (error instanceof ConfigError) {
      for (const issue of error.issues) problems.reportElsewhere(issue);
      return undefined;
    }
    const { code } = error as NodeJS.ErrnoException;
    const hint = "the path is relative to this file";
    problems.report([...path, "file"], `${written.file} cannot be read: ${reasonOf(code)}`, hint);
    return undefined;
  }
}
