import type { FileHandle } from "node:fs/promises";
import { parsedObject } from "../../core/data/json.ts";
import { type LineHeader, lineHeader, recordHeader } from "./line-header.ts";
import { createNumberTable, keyHash } from "./number-table.ts";
import type { Overlay } from "./overlay.ts";
import type { RecordFilter } from "./record-filter.ts";
import { visitLines } from "./visit-lines.ts";

/** Positions of the lines of a day's parts, in the order of their traces. */
export interface OrderedLines {
  readonly count: number;
  /** `at` is an index in chronological order. */
  place(at: number): { readonly part: number; readonly offset: number; readonly length: number };
}

const [orderColumn, partColumn, offsetColumn, lengthColumn, lineColumn] = [0, 1, 2, 3, 4];

/**
 * Reads a day's parts once. Keeps 44 bytes in memory per line that may match, plus 16 per line. Lines of the
 * same time keep their written order. The last of several lines with the same id counts, as in lookups. Lines
 * that are not traces are reported and skipped.
 */
export async function orderLines(
  parts: readonly FileHandle[],
  filter: RecordFilter,
  overlay: Overlay,
  onUnreadable: (part: number) => void,
): Promise<OrderedLines> {
  const table = createNumberTable(5);
  const ids = createRepeatedIds();
  const needles = filter.needles.map((needle) => Buffer.from(needle));
  let isInOrder = true;
  let lastMs = Number.NEGATIVE_INFINITY;
  const mayMatch = (line: Buffer, { traceId, startedMs }: LineHeader): boolean => {
    if (filter.ids !== undefined && !filter.ids.has(traceId)) return false;
    if (needles.every((needle) => line.includes(needle)) && isIn(startedMs, filter)) return true;
    return overlay.isChanged(traceId);
  };
  for (const [part, handle] of parts.entries()) {
    await visitLines(handle, (bytes, start, end, offset) => {
      const header =
        lineHeader(bytes, start, end) ?? recordHeader(parsedObject(bytes.toString("utf8", start, end)));
      if (header === undefined) return onUnreadable(part);
      const line = ids.note(header.traceId);
      if (!mayMatch(bytes.subarray(start, end), header)) return;
      const moved = overlay.movesStarts ? overlay.startedMsOf(header.traceId) : undefined;
      const orderMs = moved ?? (Number.isNaN(header.orderMs) ? lastMs : header.orderMs);
      if (orderMs < lastMs) isInOrder = false;
      lastMs = orderMs;
      const row = table.add();
      table.set(row, orderColumn, orderMs);
      table.set(row, partColumn, part);
      table.set(row, offsetColumn, offset);
      table.set(row, lengthColumn, end - start);
      table.set(row, lineColumn, line);
    });
  }
  const isSuperseded = ids.superseded();
  const all = () => Uint32Array.from({ length: table.rows }, (_, row) => row);
  const order =
    isSuperseded !== undefined
      ? all().filter((row) => !isSuperseded(table.get(row, lineColumn)))
      : isInOrder
        ? undefined
        : all();
  if (!isInOrder)
    order?.sort((one, other) => table.get(one, orderColumn) - table.get(other, orderColumn) || one - other);
  return {
    count: order?.length ?? table.rows,
    place(at) {
      const row = order?.[at] ?? at;
      return {
        part: table.get(row, partColumn),
        offset: table.get(row, offsetColumn),
        length: table.get(row, lengthColumn),
      };
    },
  };
}

function isIn(startedMs: number, { sinceMs, untilMs }: RecordFilter): boolean {
  return Number.isNaN(startedMs) || (startedMs >= sinceMs && startedMs < untilMs);
}

const [firstColumn, secondColumn] = [0, 1];
export const secondSeed = 0x9e3779b9;

/**
 * Finds lines whose trace occurs again on a later line, because two processes did the same work at once.
 * Keeps 16 bytes in memory per line: two 53-bit hashes of its id, so collisions are practically impossible.
 */
interface RepeatedIds {
  /** Returns the number of the line, from 0. */
  note(traceId: string): number;
  /** Which of the lines so far have a later line with the same id; undefined if there are none. */
  superseded(): ((line: number) => boolean) | undefined;
}

function createRepeatedIds(): RepeatedIds {
  const hashes = createNumberTable(2);
  return {
    note(traceId) {
      const line = hashes.add();
      hashes.set(line, firstColumn, keyHash(traceId));
      hashes.set(line, secondColumn, keyHash(traceId, secondSeed));
      return line;
    },
    superseded: () =>
      latestOfRepeated(hashes.rows, (line) => [
        hashes.get(line, firstColumn),
        hashes.get(line, secondColumn),
      ]),
  };
}

/** Which lines have a later line with the same two hashes; undefined if there are none. */
export function latestOfRepeated(
  rows: number,
  hashesOf: (line: number) => readonly [number, number],
): ((line: number) => boolean) | undefined {
  const sorted = Float64Array.from({ length: rows }, (_, line) => hashesOf(line)[0]);
  sorted.sort();
  const repeated = new Set(sorted.filter((one, at) => at > 0 && one === sorted[at - 1]));
  if (repeated.size === 0) return undefined;
  const latest = new Map<number, number>();
  const marks = new Uint8Array(rows);
  for (let line = rows - 1; line >= 0; line--) {
    const [first, second] = hashesOf(line);
    if (!repeated.has(first)) continue;
    const later = latest.get(first);
    if (later === undefined) latest.set(first, line);
    else if (hashesOf(later)[1] === second) marks[line] = 1;
  }
  return (line) => marks[line] === 1;
}

const smallest = 64 * 1024;
const largest = 1024 * 1024;

/** Reads lines by position. Neighboring lines share one read, in either direction. */
interface LineWindow {
  /** The text remains valid. */
  text(offset: number, length: number): Promise<string>;
}

/** The window grows while most of it is used, and shrinks to single lines if they are scattered. */
export function createLineWindow(handle: FileHandle, direction: "forwards" | "backwards"): LineWindow {
  let buffer = Buffer.alloc(0);
  let start = 0;
  let filled = 0;
  let used = 0;
  let size = smallest;
  return {
    async text(offset, length) {
      if (offset < start || offset + length > start + filled) {
        size = used * 2 >= filled ? Math.min(size * 2, largest) : Math.floor(size / 4);
        const wanted = Math.max(size, length);
        if (buffer.length < wanted) buffer = Buffer.allocUnsafe(wanted);
        start = direction === "forwards" ? offset : Math.max(0, offset + length - wanted);
        filled = (await handle.read(buffer, 0, wanted, start)).bytesRead;
        used = 0;
      }
      used += length;
      return buffer.toString("utf8", offset - start, offset - start + length);
    },
  };
}
