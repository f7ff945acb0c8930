import { readSync } from "node:fs";
import { type FileHandle, open as openFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type JsonObject, parsedObject } from "../../core/data/json.ts";
import { errnoOf } from "../../disk/file-error.ts";
import { identityOf, traceStoreFailure } from "./day-files.ts";
import { createNumberTable, keyHash, type NumberTable } from "./number-table.ts";
import { type VisitLine, visitLines } from "./visit-lines.ts";

/** The lines of a file (feedback, changes) by a key in each line. */
export interface KeyedLines {
  readonly count: number;
  /**
   * All lines with one of these keys, in file order. Synchronous, because it is called for each listed trace
   * and mostly finds nothing.
   */
  of(...keys: readonly string[]): readonly JsonObject[];
  /** The records selected by `isMarked`. */
  readonly marked: readonly JsonObject[];
  close(): Promise<void>;
}

const [hashColumn, offsetColumn, lengthColumn] = [0, 1, 2];

const noKeyedLines: KeyedLines = { count: 0, of: () => [], marked: [], close: async () => {} };

/** Index of a file's lines up to an offset. */
interface Known {
  readonly identity: string;
  readonly end: number;
  readonly table: NumberTable;
  readonly marked: JsonObject[];
  /** Rows sorted by hash; equal hashes in file order. */
  readonly order: Uint32Array;
}

/** A file that is opened repeatedly. */
interface KeyedFile {
  /** The current lines. Only lines added since the last call are read. Empty if the file does not exist. */
  open(): Promise<KeyedLines>;
}

/** Keeps 28 bytes per line in memory: its position and the hash of its key. */
export function createKeyedFile(
  file: string,
  keyName: string,
  options: {
    readonly isMarked?: (record: JsonObject) => boolean;
    readonly onUnreadable: (file: string) => void;
  },
): KeyedFile {
  let known: Known | undefined;
  let reading: Promise<unknown> = Promise.resolve();

  const readMore = async (handle: FileHandle): Promise<Known> => {
    const stats = await handle.stat();
    const identity = identityOf(stats);
    const isSame = known?.identity === identity && known.end <= stats.size;
    if (isSame && known?.end === stats.size) return known;
    const before: Known =
      isSame && known !== undefined
        ? known
        : { identity, end: 0, table: createNumberTable(3), marked: [], order: new Uint32Array() };
    const { table, marked } = before;
    const visit: VisitLine = (bytes, start, end, offset) => {
      const record = parsedObject(bytes.toString("utf8", start, end));
      const key = record?.[keyName];
      if (record === undefined || typeof key !== "string") return options.onUnreadable(file);
      const row = table.add();
      table.set(row, hashColumn, keyHash(key));
      table.set(row, offsetColumn, offset);
      table.set(row, lengthColumn, end - start);
      if (options.isMarked?.(record) === true) marked.push(record);
    };
    const end = await visitLines(handle, visit, before.end);
    return { ...before, end, order: table.rows === before.order.length ? before.order : orderOf(table) };
  };

  const open = async (): Promise<KeyedLines> => {
    let handle: FileHandle | undefined;
    try {
      handle = await openFile(file, "r");
      known = await readMore(handle);
      return linesOf(handle, known, keyName);
    } catch (cause) {
      known = undefined;
      await handle?.close();
      if (errnoOf(cause) === "ENOENT") return noKeyedLines;
      throw traceStoreFailure(errnoOf(cause) === "ENOTDIR" ? dirname(file) : file, cause);
    }
  };
  return {
    open() {
      // Sequential, because two concurrent reads would add every line twice.
      const opened = reading.then(open, open);
      reading = opened.catch(() => undefined);
      return opened;
    },
  };
}

function orderOf(table: NumberTable): Uint32Array {
  // Rows are in file order.
  return Uint32Array.from({ length: table.rows }, (_, row) => row).sort(
    (one, other) => table.get(one, hashColumn) - table.get(other, hashColumn) || one - other,
  );
}

function linesOf(handle: FileHandle, { table, marked, order }: Known, keyName: string): KeyedLines {
  const { fd } = handle;
  const hashAt = (at: number): number => table.get(order[at] as number, hashColumn);
  const read = (row: number): JsonObject | undefined => {
    const bytes = Buffer.allocUnsafe(table.get(row, lengthColumn));
    readSync(fd, bytes, 0, bytes.length, table.get(row, offsetColumn));
    return parsedObject(bytes.toString("utf8"));
  };
  const rowsOf = (hash: number): readonly number[] => {
    const rows: number[] = [];
    for (let at = firstAtLeast(hash, order.length, hashAt); at < order.length && hashAt(at) === hash; at++)
      rows.push(order[at] as number);
    return rows;
  };
  return {
    count: order.length,
    marked,
    of(...keys) {
      const rows = keys.flatMap((key) => rowsOf(keyHash(key)));
      if (rows.length === 0) return [];
      return rows
        .sort((one, other) => one - other)
        .map(read)
        .filter((record) => record !== undefined)
        .filter((record) => keys.includes(String(record[keyName])));
    },
    close: () => handle.close(),
  };
}

function firstAtLeast(wanted: number, count: number, valueAt: (at: number) => number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (valueAt(middle) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
