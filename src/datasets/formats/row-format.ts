import { DatasetError } from "../../core/errors.ts";
import { maxLineBytes } from "../../formats/json-lines.ts";

/** One file to read rows from; it exists and is no folder. */
export interface RowFile {
  /** Absolute. */
  readonly path: string;
  /** As messages and origins name it. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Awaited before each piece of the file is parsed: who takes the rows may hold the reader back. */
  readonly ready?: () => Promise<void>;
}

/** Takes rows as they are read; lines count from 1. */
export interface RowSink {
  row(value: unknown, line: number | undefined): void;
  /** A row that cannot be made out; the rows after it can. */
  badRow(message: string, line: number | undefined): void;
}

/**
 * Reads every row of a file, in order. Rejects with DatasetError when nothing after some place can be
 * read (a document that is no JSON, a quote left open), and with the reason of `file.signal`.
 */
export type ReadRows = (file: RowFile, sink: RowSink) => Promise<void>;

/** Longest record that is read: a longer one is a missing quote or newline. */
export const maxRowBytes = maxLineBytes;

/** The error for a file that cannot be read on from a place. */
export function brokenFile(file: RowFile, line: number | undefined, message: string, hint?: string) {
  const place = line === undefined ? file.name : `${file.name}:${line}`;
  return new DatasetError(`${place}  ${message}`, [{ file: file.name, line, message }], { hint });
}

/** Keys under which a document that is an object may hold its list of rows. */
export const listKeys: readonly string[] = ["rows", "data", "records"];
