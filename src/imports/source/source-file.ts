import { stat } from "node:fs/promises";
import { DatasetError, NotFoundError } from "../../core/errors.ts";
import { type FileLayout, folderSyntax } from "../../datasets/formats/file-syntax.ts";
import type { OpenedFile } from "../../datasets/formats/row-format.ts";
import { sniffSyntax } from "../../datasets/formats/sniff-syntax.ts";

export interface SourceFile extends OpenedFile {
  readonly layout: FileLayout;
  /** Time of the last write, ISO 8601. Used for items without a time. */
  readonly recordedAt: string;
}

/**
 * Detects the layout of a file. Rejects with NotFoundError if it does not exist, and with DatasetError if it
 * cannot be read.
 */
export async function openSourceFile(path: string, name: string): Promise<SourceFile> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") throw new NotFoundError("file", name, [], { cause });
    throw new DatasetError(`${name} cannot be read: ${cause.message}`, [], { cause });
  });
  const syntax = found.isDirectory() ? folderSyntax : await sniffSyntax({ path, name });
  return {
    path,
    name,
    sizeBytes: found.size,
    syntax,
    layout: syntax.layout,
    recordedAt: found.mtime.toISOString(),
  };
}
