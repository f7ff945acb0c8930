import { type FileHandle, open } from "node:fs/promises";
import type { JsonObject } from "../../core/data/json.ts";
import { errnoOf } from "../../disk/file-error.ts";
import { type DayFile, dayOf, listDays, traceStoreFailure } from "./day-files.ts";
import { recordHeader } from "./line-header.ts";
import { createLineWindow, orderLines } from "./order-lines.ts";
import type { Overlay } from "./overlay.ts";
import { needleOf, type RecordFilter } from "./record-filter.ts";
import { parseJsonObject, visitLines } from "./visit-lines.ts";

interface ListOptions {
  readonly newestFirst: boolean;
  /** Called for each line that is not a trace. */
  readonly onUnreadable: (file: string) => void;
}

/**
 * Yields matching records with changes and feedback applied, day by day, in ascending or descending order.
 */
export async function* listRecords(
  folder: string,
  filter: RecordFilter,
  overlay: Overlay,
  options: ListOptions,
): AsyncGenerator<JsonObject> {
  const all = await listDays(folder);
  // A file's day is never earlier than the starts of its traces.
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

/** Files removed since they were listed are skipped. */
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

/** The record of a trace; undefined for anything else. */
export function parseTraceRecord(text: string): JsonObject | undefined {
  const value = parseJsonObject(text);
  return recordHeader(value) === undefined ? undefined : value;
}

function dayOfBound(timeMs: number): string {
  return Number.isFinite(timeMs) ? dayOf(timeMs) : "";
}

/**
 * The complete record with this trace id, otherwise the latest one with this event id or feedback key.
 * Searches lines as bytes, newest file first, and parses only those that contain the key.
 */
export async function findRecord(
  folder: string,
  key: string,
  overlay: Overlay,
): Promise<JsonObject | undefined> {
  const keys = [key, ...overlay.renamedTo(key)];
  const needles = keys.map((one) => Buffer.from(needleOf(one) ?? '"trace_id"'));
  const days = await listDays(folder);
  for (const { path } of days.flat().reverse()) {
    let best: JsonObject | undefined;
    const visitLine = (bytes: Buffer, start: number, end: number): void => {
      const line = bytes.subarray(start, end);
      if (!needles.some((needle) => line.includes(needle))) return;
      const record = parseTraceRecord(line.toString("utf8"));
      if (record === undefined) return;
      const complete = overlay.complete(record);
      if (complete["trace_id"] === key) best = complete;
      else if (isNamed(complete, key) && best?.["trace_id"] !== key) best = complete;
    };
    await visitFile(path, visitLine);
    if (best !== undefined) return best;
  }
  return undefined;
}

function isNamed({ event_id: eventId, feedback_key: feedbackKey }: JsonObject, key: string): boolean {
  return eventId === key || feedbackKey === key;
}

async function visitFile(
  path: string,
  visit: (bytes: Buffer, start: number, end: number) => void,
): Promise<void> {
  try {
    const handle = await open(path, "r");
    await visitLines(handle, visit).finally(() => handle.close());
  } catch (cause) {
    if (errnoOf(cause) !== "ENOENT") throw traceStoreFailure(path, cause);
  }
}
