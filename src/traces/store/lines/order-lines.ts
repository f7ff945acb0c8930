import type { FileHandle } from "node:fs/promises";
import { createNumberTable } from "../number-table.ts";
import type { Overlay } from "../overlay.ts";
import type { RecordFilter } from "../record-filter.ts";
import { createRepeatedIds } from "../repeated-ids.ts";
import { type LineHeader, lineHeader, recordHeader } from "./line-header.ts";
import { visitLines } from "./visit-lines.ts";

/** Where the lines of a day's parts are, in the order of their traces. */
export interface OrderedLines {
  readonly count: number;
  /** `at` counts in the order of time. */
  place(at: number): { readonly part: number; readonly offset: number; readonly length: number };
}

const [orderColumn, partColumn, offsetColumn, lengthColumn, lineColumn] = [0, 1, 2, 3, 4];

/**
 * Passes once over a day's parts: 44 bytes stay in memory for each line that may match, and 16 for every one.
 * Lines of the same moment keep the order they were written in. Of lines with the same id the last one counts, as
 * when it is looked for. What is no trace is told and left out.
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
      const header = lineHeader(bytes, start, end) ?? parsedHeader(bytes.toString("utf8", start, end));
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

function parsedHeader(text: string): LineHeader | undefined {
  try {
    return recordHeader(JSON.parse(text));
  } catch {
    return undefined;
  }
}
