import { DatasetError } from "../../core/errors.ts";
import { maxLineBytes } from "../../formats/json-lines.ts";

/** A file to read rows from. It exists and is not a folder. */
export interface RowFile {
  /** Absolute. */
  readonly path: string;
  /** Name in messages and origins. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Awaited before each piece of the file is parsed, so that the consumer can pause the reader. */
  readonly ready?: () => Promise<void>;
}

/** Receives rows as they are read. Lines count from 1. */
export interface RowSink {
  row(value: unknown, line: number | undefined): void;
  /** A row that cannot be parsed, although later rows can. */
  badRow(message: string, line: number | undefined): void;
}

/**
 * Reads every row of a file, in order. Rejects with DatasetError if nothing after some place can be read
 * (invalid JSON, an unclosed quote), and with the reason of `file.signal` if it aborts.
 */
export type ReadRows = (file: RowFile, sink: RowSink) => Promise<void>;

/** Longest record that is read. A longer one means a missing quote or newline. */
export const maxRowBytes = maxLineBytes;

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
