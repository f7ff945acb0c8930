import type { FileHandle } from "node:fs/promises";
import { parsedObject } from "../../core/data/json.ts";
import { identityOf } from "./day-files.ts";
import { lineHeader, recordHeader } from "./line-header.ts";
import { createNumberTable, keyHash, type NumberTable } from "./number-table.ts";
import { latestOfRepeated, type OrderedLines, secondSeed } from "./order-lines.ts";
import { visitLines } from "./visit-lines.ts";

/** The lines of a day in the order of their traces, kept while the server runs and read on as the day grows. */
export interface DayIndex {
  /** Reads what was added to the parts. */
  extend(parts: readonly FileHandle[], onUnreadable: (part: number) => void): Promise<void>;
  readonly count: number;
  /** The order as it is now; lines that are added later do not change it. */
  lines(): OrderedLines & { orderMs(at: number): number };
  /** A clock was set back: the order is then not that of the starts. */
  readonly hasSetBacks: boolean;
  /** The line of a trace, if it may be here; its text must be compared. */
  find(
    traceId: string,
  ): { readonly part: number; readonly offset: number; readonly length: number } | undefined;
}

interface Part {
  readonly identity: string;
  readonly next: number;
}

const [orderColumn, partColumn, offsetColumn, lengthColumn, firstColumn, secondColumn] = [0, 1, 2, 3, 4, 5];
/** A line that belongs further ahead than this is sorted in with all others. */
const mostSteps = 1000;

/** Keeps 60 bytes a line in memory. */
export function createDayIndex(): DayIndex {
  let table = createNumberTable(6);
  let order = new Uint32Array(1024);
  let count = 0;
  let known: Part[] = [];
  let seen = createHashSet();
  let hasSetBacks = false;
  let isSorted = true;
  let hasRepeats = false;
  let lastMs = Number.NEGATIVE_INFINITY;

  const clear = (): void => {
    [table, count, known, seen] = [createNumberTable(6), 0, [], createHashSet()];
    [hasSetBacks, isSorted, hasRepeats, lastMs] = [false, true, false, Number.NEGATIVE_INFINITY];
  };
  const startOf = (at: number): number => table.get(order[at] as number, orderColumn);
  /** Most lines are the newest; calls that took longer belong a little ahead. */
  const insert = (row: number, orderMs: number): void => {
    if (count === order.length) {
      const larger = new Uint32Array(order.length * 2);
      larger.set(order);
      order = larger;
    }
    let at = count;
    if (isSorted) while (at > 0 && count - at < mostSteps && startOf(at - 1) > orderMs) at--;
    if (at > 0 && isSorted && startOf(at - 1) > orderMs) isSorted = false;
    if (!isSorted) at = count;
    order.copyWithin(at + 1, at, count);
    order[at] = row;
    count++;
  };
  const sortAll = (): void => {
    const isSuperseded = hasRepeats
      ? latestOfRepeated(table.rows, (row) => [table.get(row, firstColumn), table.get(row, secondColumn)])
      : undefined;
    const rows = Uint32Array.from({ length: table.rows }, (_, row) => row);
    order = isSuperseded === undefined ? rows : rows.filter((row) => !isSuperseded(row));
    count = order.length;
    order.sort((one, other) => table.get(one, orderColumn) - table.get(other, orderColumn) || one - other);
    [isSorted, hasRepeats] = [true, false];
  };
  return {
    async extend(parts, onUnreadable) {
      const stats = await Promise.all(parts.map((handle) => handle.stat()));
      const isSame = known.every(
        ({ identity, next }, at) =>
          stats[at] !== undefined && identityOf(stats[at]) === identity && stats[at].size >= next,
      );
      if (!isSame) clear();
      for (const [part, handle] of parts.entries()) {
        const from = known[part]?.next ?? 0;
        const stat = stats[part];
        if (stat === undefined || stat.size === from) continue;
        const next = await visitLines(
          handle,
          (bytes, start, end, offset) => {
            const header =
              lineHeader(bytes, start, end) ?? recordHeader(parsedObject(bytes.toString("utf8", start, end)));
            if (header === undefined) return onUnreadable(part);
            if (header.orderMs !== header.startedMs) hasSetBacks = true;
            const orderMs = Number.isNaN(header.orderMs) ? lastMs : header.orderMs;
            lastMs = orderMs;
            const first = keyHash(header.traceId);
            const row = table.add();
            table.set(row, orderColumn, orderMs);
            table.set(row, partColumn, part);
            table.set(row, offsetColumn, offset);
            table.set(row, lengthColumn, end - start);
            table.set(row, firstColumn, first);
            table.set(row, secondColumn, keyHash(header.traceId, secondSeed));
            if (seen.add(first)) hasRepeats = true;
            insert(row, orderMs);
          },
          from,
        );
        known[part] = { identity: identityOf(stat), next };
      }
      if (!isSorted || hasRepeats) sortAll();
    },
    get count() {
      return count;
    },
    lines() {
      const [rows, numbers] = [order.slice(0, count), table];
      return {
        count: rows.length,
        place: (at) => placeOf(numbers, rows[at] as number),
        orderMs: (at) => numbers.get(rows[at] as number, orderColumn),
      };
    },
    get hasSetBacks() {
      return hasSetBacks;
    },
    find(traceId) {
      const first = keyHash(traceId);
      if (!seen.has(first)) return undefined;
      const second = keyHash(traceId, secondSeed);
      for (let row = table.rows - 1; row >= 0; row--)
        if (table.get(row, firstColumn) === first && table.get(row, secondColumn) === second)
          return placeOf(table, row);
      return undefined;
    },
  };
}

function placeOf(table: NumberTable, row: number) {
  return {
    part: table.get(row, partColumn),
    offset: table.get(row, offsetColumn),
    length: table.get(row, lengthColumn),
  };
}

/** Hashes in one array: a Set of numbers takes five times as much. */
function createHashSet(): { add(hash: number): boolean; has(hash: number): boolean } {
  let slots = new Float64Array(4096);
  let size = 0;
  const slotOf = (table: Float64Array, hash: number): number => {
    let at = hash % table.length;
    while (table[at] !== 0 && table[at] !== hash) at = (at + 1) % table.length;
    return at;
  };
  return {
    /** True if it was there. */
    add(given) {
      const hash = given === 0 ? 1 : given;
      if (size * 2 >= slots.length) {
        const larger = new Float64Array(slots.length * 2);
        for (const one of slots) if (one !== 0) larger[slotOf(larger, one)] = one;
        slots = larger;
      }
      const at = slotOf(slots, hash);
      if (slots[at] === hash) return true;
      slots[at] = hash;
      size++;
      return false;
    },
    has(given) {
      const hash = given === 0 ? 1 : given;
      return slots[slotOf(slots, hash)] === hash;
    },
  };
}
