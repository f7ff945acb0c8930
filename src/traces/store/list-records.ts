import { type FileHandle, open } from "node:fs/promises";
import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import { errnoOf } from "../../disk/file-error.ts";
import { type DayFile, dayOf, listDays } from "./day-files.ts";
import { traceStoreFailure } from "./disk-failure.ts";
import { recordHeader } from "./lines/line-header.ts";
import { createLineWindow } from "./lines/line-window.ts";
import { orderLines } from "./lines/order-lines.ts";
import type { Overlay } from "./overlay.ts";
import type { RecordFilter } from "./record-filter.ts";

export interface ListOptions {
  readonly newestFirst: boolean;
  /** A line of this file is no trace. */
  readonly onUnreadable: (file: string) => void;
}

/** Complete records that match, day by day, in the order of their traces or the other way round. */
export async function* listRecords(
  folder: string,
  filter: RecordFilter,
  overlay: Overlay,
  options: ListOptions,
): AsyncGenerator<JsonObject> {
  const all = await listDays(folder);
  // Files are named after a day no earlier than the starts in them.
  const firstDay = overlay.movesStarts ? "" : dayOfBound(filter.sinceMs);
  const days = all.filter(([first]) => first !== undefined && first.day >= firstDay);
  for (const parts of options.newestFirst ? days.toReversed() : days) {
    yield* listDay(parts, filter, overlay, options);
  }
}

async function* listDay(
  files: readonly DayFile[],
  filter: RecordFilter,
  overlay: Overlay,
  { newestFirst, onUnreadable }: ListOptions,
): AsyncGenerator<JsonObject> {
  const opened = await openAll(files);
  try {
    const pathOf = (part: number): string => opened[part]?.path ?? "";
    const handles = opened.map(({ handle }) => handle);
    const lines = await orderLines(handles, filter, overlay, (part) => onUnreadable(pathOf(part)));
    const direction = newestFirst ? "backwards" : "forwards";
    const windows = handles.map((handle) => createLineWindow(handle, direction));
    for (let at = 0; at < lines.count; at++) {
      const { part, offset, length } = lines.place(newestFirst ? lines.count - 1 - at : at);
      const record = parseTraceRecord((await windows[part]?.text(offset, length)) ?? "");
      if (record === undefined) {
        onUnreadable(pathOf(part));
        continue;
      }
      const complete = overlay.complete(record);
      if (filter.matches(complete)) yield complete;
    }
  } finally {
    for (const { handle } of opened) await handle.close();
  }
}

interface OpenedFile {
  readonly path: string;
  readonly handle: FileHandle;
}

/** A file that was removed since it was listed is left out. */
async function openAll(files: readonly DayFile[]): Promise<readonly OpenedFile[]> {
  const opened: OpenedFile[] = [];
  for (const { path } of files) {
    try {
      opened.push({ path, handle: await open(path, "r") });
    } catch (cause) {
      if (errnoOf(cause) === "ENOENT") continue;
      for (const { handle } of opened) await handle.close();
      throw traceStoreFailure(path, cause);
    }
  }
  return opened;
}

/** A trace's record; undefined for everything else. */
export function parseTraceRecord(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) && recordHeader(value) !== undefined ? value : undefined;
  } catch {
    return undefined;
  }
}

function dayOfBound(timeMs: number): string {
  return Number.isFinite(timeMs) ? dayOf(timeMs) : "";
}
