import { DatasetError } from "../../core/errors.ts";
import { maxLineBytes } from "../../formats/json-lines.ts";
import type { FileSyntax } from "./file-syntax.ts";

/** A file to read rows from. It exists and is not a folder. */
export interface RowFile {
  /** Absolute. */
  readonly path: string;
  /** Name in messages and origins. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Found by `sniffSyntax` when the file is read, if absent. */
  readonly syntax?: FileSyntax | undefined;
}

/** A row file whose syntax is known. */
export interface OpenedFile extends RowFile {
  readonly syntax: FileSyntax;
}

/** Longest record that is read. A longer one means a missing quote or newline. */
export const maxRowBytes = maxLineBytes;

/** Files of layouts that are read whole are refused above this size. */
export const maxWholeBytes = 100 * 1024 * 1024;

/** The error for a file that cannot be read beyond a place. */
export function brokenFile(
  file: Pick<RowFile, "name">,
  line: number | undefined,
  message: string,
  hint?: string,
) {
  const place = line === undefined ? file.name : `${file.name}:${line}`;
  return new DatasetError(`${place}  ${message}`, [{ file: file.name, line, message }], { hint });
}

/** Keys under which an object document may contain its list of rows. */
export const listKeys: readonly string[] = ["rows", "data", "records"];
