import { type FileHandle, open, stat } from "node:fs/promises";
import { type JsonObject, parsedObject } from "../../core/data/json.ts";
import type { DayFile } from "./day-files.ts";
import { createDayIndex, type DayIndex } from "./day-index.ts";

/** Indexes of the days that were listed, for a process that lists them again. */
export interface DayIndexes {
  /** False once the kept indexes are large enough. */
  hasRoom(files: readonly DayFile[]): boolean;
  /** The index of a day, up to its present end. */
  of(
    files: readonly DayFile[],
    opened: readonly { readonly handle: FileHandle }[],
    onUnreadable: (part: number) => void,
  ): Promise<DayIndex>;
  /** The record of a trace by its id, if an index has it. */
  find(traceId: string): Promise<JsonObject | undefined>;
}

/** About 120 MB. */
const mostLines = 2_000_000;

export function createDayIndexes(): DayIndexes {
  const kept = new Map<
    string,
    { readonly index: DayIndex; files: readonly DayFile[]; turn: Promise<void> }
  >();
  const dayOf = (files: readonly DayFile[]): string => files[0]?.day ?? "";
  return {
    hasRoom: (files) =>
      kept.has(dayOf(files)) ||
      [...kept.values()].reduce((sum, { index }) => sum + index.count, 0) < mostLines,
    async of(files, opened, onUnreadable) {
      const day = dayOf(files);
      const entry = kept.get(day) ?? { index: createDayIndex(), files, turn: Promise.resolve() };
      kept.set(day, entry);
      entry.files = files;
      const handles = opened.map(({ handle }) => handle);
      // One after the other: two readers at once would add the same lines.
      const extended = entry.turn.then(() => entry.index.extend(handles, onUnreadable));
      entry.turn = extended.catch(() => {});
      await extended;
      return entry.index;
    },
    async find(traceId) {
      for (const [, { index, files }] of [...kept].sort(([one], [other]) => (one < other ? 1 : -1))) {
        const place = index.find(traceId);
        const file = place === undefined ? undefined : files[place.part];
        if (place === undefined || file === undefined) continue;
        const record = await readLine(file.path, place.offset, place.length);
        // A file that was replaced since has other lines there.
        if (record?.["trace_id"] === traceId) return record;
      }
      return undefined;
    },
  };
}

async function readLine(path: string, offset: number, length: number): Promise<JsonObject | undefined> {
  if ((await stat(path).catch(() => undefined)) === undefined) return undefined;
  const handle = await open(path, "r");
  try {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await handle.read(bytes, 0, length, offset);
    return parsedObject(bytes.toString("utf8", 0, bytesRead));
  } finally {
    await handle.close();
  }
}
